"""Whether an installation is set up as it should be: settings, files, versions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from convene.rules.checkup import Check, fault, ok, warning
from convene.rules.weekdays import written_moment
from convene.smtp_server import is_loopback

_SHORTEST_KEY = 32
_EXAMPLE_KEY = "paste-a-long-random-text-here"
_MEBIBYTE, _GIBIBYTE = 1 << 20, 1 << 30
_LITTLE_SPACE, _NO_SPACE = _GIBIBYTE, 100 * _MEBIBYTE
_HEADER_FLOORS = {(3, 11): 10, (3, 12): 6}
"""The first releases that cannot be made to write a header out of a subject (CVE-2024-6923); from 3.13.0 on all."""
_MAILBOX_PROVIDERS = frozenset(
    ("aol.com", "gmail.com", "googlemail.com", "hotmail.com", "icloud.com", "live.com", "outlook.com", "yahoo.com")
)
"""They tell receivers to refuse what others send in their name (DMARC policies)."""


TAKES_NO_WRITES = "The database takes no writes: its server is a standby, or was set to read only."
WHERE_TO_WRITE = "let CONVENE_DATABASE_URL lead to the primary (of several hosts: target_session_attrs=read-write)"


def check_python(version: tuple[int, int, int]) -> Check:
    """Whether this Python has the mended header writer."""
    written = ".".join(map(str, version))
    floor = _HEADER_FLOORS.get(version[:2], 0)
    if version[2] >= floor:
        return ok("python", f"Python {written}.")
    sentence = f"Python {written} can turn a subject into a header; every finished mail is checked for that."
    return warning("python", sentence, f"update to {version[0]}.{version[1]}.{floor} or newer")


def check_zone_database(stored: str | None, here: str) -> Check:
    """The zone database of this host against the one that the stored moments follow (None: no moments yet)."""
    if stored is None or stored == here:
        return ok("zone database", f"tzdata {here}.")
    if stored < here:
        return ok("zone database", f"tzdata {here}; the next plan follows it, from {stored}.")
    sentence = f"tzdata {here} is older than {stored}, which the stored moments follow: nothing is planned or sent."
    return fault("zone database", sentence, "pip install --upgrade tzdata")


def check_secret_key(keys: Sequence[str]) -> Check:
    """Whether links can be signed, and not by somebody else. No key is repeated."""
    name = "secret key"
    if not keys:
        return fault(name, "None is set: no feed can be opened.", "convene init makes one; or set CONVENE_SECRET_KEY")
    if _EXAMPLE_KEY in keys:
        return fault(name, "It is the one of the example, which everybody knows.", "make one of your own")
    if len(min(keys, key=len)) < _SHORTEST_KEY:
        sentence = f"It is shorter than {_SHORTEST_KEY} characters and could be guessed."
        return warning(name, sentence, "put a new one before it; both check until you take the old one away")
    if len(keys) == 2:
        return ok(name, "Two values: the first signs, both check. Take the second away once its links may stop.")
    return ok(name, "Set, and long enough.")


def check_base_url(url: str) -> Check:
    """Whether readers can follow links, and whether mails may offer to unsubscribe with one click (RFC 8058)."""
    parts = urlsplit(url)
    if is_loopback(parts.hostname or ""):
        sentence = f"{url} is this machine: nobody else can follow a link, and mails offer no one-click unsubscribe."
        return warning("base address", sentence, "set CONVENE_BASE_URL to the public https address")
    if parts.scheme != "https":
        sentence = f"{url} is not https: links can be read on the way, and mails offer no one-click unsubscribe."
        return warning("base address", sentence, "serve it over https and set CONVENE_BASE_URL")
    return ok("base address", f"{url}.")


def check_clock(frozen: datetime | None) -> Check | None:
    """A frozen clock is for tests and rehearsals; None where it is not frozen."""
    if frozen is None:
        return None
    sentence = f"It is frozen at {written_moment(frozen)} UTC: what is due after that never leaves."
    return warning("clock", sentence, "unset CONVENE_NOW")


def check_writes(*, takes_writes: bool) -> Check | None:
    """A failover may leave us with a standby: all can be looked at, and nothing leaves. None where it is not so."""
    return None if takes_writes else fault("database", TAKES_NO_WRITES, WHERE_TO_WRITE)


def check_senders(domains: Collection[str], relay: str, *, one_for_all: bool) -> Check:
    """The domains that mail leaves from, which are those of its envelope, too. `relay` is the SMTP server's name.

    `one_for_all`: CONVENE_MAIL_FROM is set.
    """
    name = "sender"
    if not domains:
        return ok(name, "No programme has an organiser yet.")
    foreign = sorted(set(domains) & _MAILBOX_PROVIDERS)
    if foreign:
        sentence = f"Mail in the name of {', '.join(foreign)} is refused unless their own servers send it."
        return warning(name, sentence, "set CONVENE_MAIL_FROM to an address of a domain of yours")
    named = " and ".join(sorted(domains))
    sends = "the host that sends" if is_loopback(relay) else relay
    sentence = (
        f"From and envelope are of {named}. Its DNS must name {sends} (SPF), hold the key of the signature (DKIM) and "
        "a policy (DMARC). The server must sign; List-Unsubscribe and List-Unsubscribe-Post belong under the signature."
    )
    if len(domains) > 1 and not one_for_all:
        return warning(name, sentence, "each of these domains must allow it; or set CONVENE_MAIL_FROM")
    return ok(name, sentence)


def check_privacy(name: str, path: str, mode: int) -> Check:
    """Whether a file that holds secrets or addresses is its owner's alone. `mode` are its permission bits."""
    if not mode & 0o077:
        return ok(name, f"{path} is its owner's alone.")
    who = "everybody on this machine" if mode & 0o007 else "its group"
    level = fault if mode & 0o007 else warning
    return level(name, f"{path} is open to {who} (mode {mode:04o}).", f"chmod 600 {path}")


def check_space(folder: str, free: int) -> Check:
    """Room beside an SQLite database, in bytes: a mail that cannot be written down is not sent."""
    size = f"{free // _GIBIBYTE} GiB" if free >= 10 * _GIBIBYTE else f"{free // _MEBIBYTE} MiB"
    sentence = f"{size} are free in {folder}."
    if free < _NO_SPACE:
        return fault("disk space", sentence, "make room: nothing leaves that cannot be written down")
    if free < _LITTLE_SPACE:
        return warning("disk space", sentence, "make room before mails have to wait for it")
    return ok("disk space", sentence)


def check_durability(wanted: dict[str, str], found: dict[str, str]) -> Check:
    """Whether the database keeps what it has confirmed; both by setting."""
    wrong = [f"{name} is {found.get(name, 'unknown')}" for name, value in wanted.items() if found.get(name) != value]
    if not wrong:
        return ok("durability", ", ".join(f"{name} {value}" for name, value in wanted.items()) + ".")
    remedy = "set " + ", ".join(f"{name} to {value}" for name, value in wanted.items())
    return fault("durability", f"{', '.join(wrong)}: after a power cut, mails could leave twice or never.", remedy)
