"""aiosmtplib: mails a second of ready bytes, over several connections at once.

Run by `benchmarks/mail_peers.py` in an environment of its own:
python benchmarks/aiosmtplib_mail.py READY.json MAILS PORT CONNECTIONS
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time

from aiosmtplib import SMTP

SENDER = "office@organiser.example"


async def send_all(bodies: list[bytes], mails: int, port: int, connections: int) -> float:
    """The seconds it took."""
    numbers = iter(range(mails))
    started = perf_counter()
    await asyncio.gather(*(_send(bodies, numbers, port) for _ in range(connections)))
    return perf_counter() - started


async def _send(bodies: list[bytes], numbers: Iterator[int], port: int) -> None:
    """One connection, which takes mails until none is left."""
    async with SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False) as client:
        for number in numbers:
            await client.sendmail(SENDER, [f"participant-{number}@people.example"], bodies[number % len(bodies)])


def main(ready_file: str, mails: int, port: int, connections: int) -> None:
    bodies = [body.encode() for body in json.loads(Path(ready_file).read_text("ascii"))]
    cpu = process_time()
    seconds = asyncio.run(send_all(bodies, mails, port, connections))
    cpu, size = process_time() - cpu, sum(map(len, bodies)) / len(bodies)
    print(json.dumps({"rate": mails / seconds, "cpu_us": 1e6 * cpu / mails, "size": size}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
