"""The peers of the mail benchmark, each run in a process of its own: mails a second, and their mean size."""

import json
import resource
import subprocess
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.mail_programme import Guest
from benchmarks.mail_samples import write_samples
from benchmarks.relay_sink import Received
from benchmarks.sinks import postfix_program

_TOP = Path(__file__).parents[1]
_PEERS = _TOP / "build" / "benchmarks" / "bin" / "python"
_INDICO = _TOP / "build" / "benchmarks-indico" / "bin" / "python"
_ADDRESSES = ("-f", "office@organiser.example", "-t", "participant@people.example")


@dataclass(frozen=True)
class Rate:
    """`cpu_us`: microseconds of processor time that the sender itself spends on a mail. `size`: its mean bytes; None
    where the peer does not tell.
    """

    mails_per_second: float
    cpu_us: float
    size: float | None = None


class Peers:
    """All that is measured beside convene, with the words of convene's own mails. Indico only where it is installed."""

    def __init__(self, folder: Path, mails: list[tuple[Received, Guest]], size: float) -> None:
        """`mails` with their readers; `size` is the mean of those that convene sends."""
        self._templates, self._ready, self._middle = write_samples(folder, mails, size)

    @property
    def has_indico(self) -> bool:
        return _INDICO.exists()

    def django(self, mails: int, port: int) -> Rate:
        return self._python(_PEERS, "django_mail.py", self._templates, mails, port)

    def indico(self, mails: int, port: int) -> Rate:
        return self._python(_INDICO, "indico_mail.py", self._templates, mails, port)

    def aiosmtplib(self, mails: int, port: int, connections: int) -> Rate:
        return self._python(_PEERS, "aiosmtplib_mail.py", self._ready, mails, port, connections)

    def smtp_source(self, mails: int, port: int, sessions: int) -> Rate:
        """Postfix's own load generator, in C, with connections kept open: what this machine can do at all."""
        how = ("-d", "-s", str(sessions), "-m", str(mails), "-F", str(self._middle))
        started, cpu = perf_counter(), _cpu_of_children()
        subprocess.run([postfix_program("smtp-source"), *how, *_ADDRESSES, f"127.0.0.1:{port}"], check=True)
        seconds, cpu = perf_counter() - started, _cpu_of_children() - cpu
        lines = self._middle.read_bytes().count(b"\n")
        return Rate(mails / seconds, 1e6 * cpu / mails, self._middle.stat().st_size + lines)

    def _python(self, python: Path, script: str, *arguments: object) -> Rate:
        command = [str(python), str(_TOP / "benchmarks" / script), *map(str, arguments)]
        answer = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
        return Rate(answer["rate"], answer["cpu_us"], answer.get("size"))


def _cpu_of_children() -> float:
    """Seconds of processor time of all processes that ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
