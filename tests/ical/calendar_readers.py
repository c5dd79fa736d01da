"""Feeds as three libraries read them that share no code: icalendar, vobject (of Radicale), ical.js (of Thunderbird).

icalendar knows zones by their names; the other two work every moment out from the VTIMEZONE of the calendar.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import vobject
from icalendar import Calendar

ICAL_JS = Path(__file__).parents[2] / "build" / "ical.js" / "node_modules" / "ical.js" / "dist" / "ical.js"
_READER = Path(__file__).with_name("ical_js_reader.mjs")

Moment = date | datetime
"""A date, or a moment in UTC."""


@dataclass(frozen=True)
class ReadEntry:
    """One entry as a program understands it. `alarms`: seconds from the start, or the end, of the entry."""

    uid: str
    sequence: int
    modified: Moment
    status: str
    start: Moment
    end: Moment | None
    summary: str
    location: str
    description: str
    url: str
    organiser: str
    alarms: tuple[int, ...] = ()


def read_with_icalendar(body: bytes) -> list[ReadEntry]:
    return [_of_icalendar(entry) for entry in Calendar.from_ical(body).walk("VEVENT")]


def _of_icalendar(entry: Any) -> ReadEntry:
    return ReadEntry(
        uid=str(entry["UID"]),
        sequence=int(entry["SEQUENCE"]),
        modified=_utc(entry.decoded("LAST-MODIFIED")),
        status=str(entry["STATUS"]),
        start=_utc(entry.decoded("DTSTART")),
        end=_utc(entry.decoded("DTEND")) if "DTEND" in entry else None,
        summary=str(entry["SUMMARY"]),
        location=str(entry.get("LOCATION", "")),
        description=str(entry.get("DESCRIPTION", "")),
        url=str(entry.get("URL", "")),
        organiser=str(entry["ORGANIZER"]),
        alarms=tuple(int(alarm.decoded("TRIGGER").total_seconds()) for alarm in entry.walk("VALARM")),
    )


def read_with_vobject(body: bytes) -> list[ReadEntry]:
    # It keeps the first VTIMEZONE that it ever read of a name, for whatever years that one was.
    vobject.icalendar.__dict__["__tzidMap"].clear()
    vobject.icalendar.registerTzid("UTC", UTC)
    return [_of_vobject(entry) for entry in vobject.readOne(body.decode()).contents.get("vevent", [])]


def _of_vobject(entry: Any) -> ReadEntry:
    def text(name: str) -> str:
        return str(entry.contents[name][0].value) if name in entry.contents else ""

    def moment(name: str) -> Moment:
        return _utc(entry.contents[name][0].value)

    return ReadEntry(
        uid=text("uid"),
        sequence=int(text("sequence")),
        modified=moment("last-modified"),
        status=text("status"),
        start=moment("dtstart"),
        end=moment("dtend") if "dtend" in entry.contents else None,
        summary=text("summary"),
        location=text("location"),
        description=text("description"),
        url=text("url"),
        organiser=text("organizer"),
        alarms=tuple(int(alarm.trigger.value.total_seconds()) for alarm in entry.contents.get("valarm", [])),
    )


class IcalJs:
    """ical.js in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def read(self, body: bytes) -> list[ReadEntry]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(body.decode()) + "\n")
        self._process.stdin.flush()
        return [_of_ical_js(**entry) for entry in json.loads(self._process.stdout.readline())]


@contextmanager
def running_ical_js() -> Iterator[IcalJs | None]:
    """None where it is not there: `make check-feeds` brings it."""
    node = shutil.which("node")
    if node is None or not ICAL_JS.exists():
        yield None
        return
    pipe = subprocess.PIPE
    with subprocess.Popen([node, str(_READER)], stdin=pipe, stdout=pipe, text=True, encoding="utf-8") as process:
        try:
            yield IcalJs(process)
        finally:
            process.kill()


def _of_ical_js(start: str, end: str | None, modified: str, alarms: list[int], **rest: Any) -> ReadEntry:
    return ReadEntry(
        start=_written(start),
        end=None if end is None else _written(end),
        modified=_written(modified),
        alarms=tuple(alarms),
        **rest,
    )


def _written(text: str) -> Moment:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _utc(value: Moment) -> Moment:
    return value.astimezone(UTC) if isinstance(value, datetime) else value
