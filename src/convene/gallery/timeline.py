"""The timeline of a gallery: one panel per programme, one lane per event, dates where nothing happens left out.

A panel is a grid on the columns of `gallery_axis`. Mails stand on the date of their reader's clock, days on the date
of the clock that most of the lane's mails are read by. All lengths are px of the SVG.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from convene.gallery.axis import WIDEST_COLUMN, Column, date_columns
from convene.gallery.values import Gallery, GalleryDay, GalleryEvent, GalleryMail
from convene.rules.vocabulary import Mode, NoticeKind
from convene.rules.zones import wall_clock

_MARK_WIDTH = 30
_ROW_HEIGHT = 24
_BAR_HEIGHT = 22
_LONGEST_RUN_DRAWN = timedelta(days=14)
_ONE_DAY = timedelta(days=1)
_LETTER_WIDTH = 6


@dataclass(frozen=True)
class Mark:
    """All mails of one kind, in one language, of one event, on one date. `x` is the middle."""

    kind: NoticeKind
    count: int
    x: float
    said: str


@dataclass(frozen=True)
class Row:
    language: str
    y: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Bar:
    """One day of the event; `label` is empty where it would not fit. `y` is that of the line on which it stands: days
    that share a date stand beneath each other.
    """

    x: float
    y: float
    width: float
    mode: Mode
    label: str
    said: str


@dataclass(frozen=True)
class Lane:
    title: str
    cohort: str | None
    bars: tuple[Bar, ...]
    rows: tuple[Row, ...]
    height: float


@dataclass(frozen=True)
class Panel:
    programme: str
    title: str
    width: float
    columns: tuple[Column, ...]
    lanes: tuple[Lane, ...]


@dataclass(frozen=True)
class _Event:
    """An event with its mails, and its days as dates (first, last) of one clock."""

    event: GalleryEvent
    mails: tuple[GalleryMail, ...]
    dates: tuple[tuple[GalleryDay, date, date], ...]


def panels(gallery: Gallery) -> tuple[Panel, ...]:
    """One panel per programme, by its first date. A programme with neither a day nor a mail has none."""
    mails: dict[str, list[GalleryMail]] = {}
    for mail in gallery.mails:
        mails.setdefault(mail.event, []).append(mail)
    events = [_dated(event, mails.get(f"{event.programme}/{event.slug}", [])) for event in _all_events(gallery)]
    by_programme = groupby(sorted(events, key=lambda one: one.event.programme), key=lambda one: one.event.programme)
    found = [_panel([one for one in group if one.mails or one.dates]) for _, group in by_programme]
    return tuple(sorted((panel for panel in found if panel), key=lambda panel: (panel.columns[0].on, panel.programme)))


def _all_events(gallery: Gallery) -> list[GalleryEvent]:
    """The events given, then those that only mails speak of."""
    events = {f"{event.programme}/{event.slug}": event for event in gallery.events}
    for mail in gallery.mails:
        programme, _, slug = mail.event.partition("/")
        events.setdefault(mail.event, GalleryEvent(programme, slug, mail.event_title_en, None, ()))
    return list(events.values())


def _dated(event: GalleryEvent, mails: list[GalleryMail]) -> _Event:
    zones = Counter(mail.timezone for mail in mails)
    zone = zones.most_common(1)[0][0] if zones else "UTC"
    days = [_labelled(day, zone) for day in sorted(event.days, key=lambda day: day.start)]
    return _Event(event, tuple(mails), tuple((day, *_dates(day, zone)) for day in days))


def _labelled(day: GalleryDay, zone: str) -> GalleryDay:
    """The only day of an event is told by its hour, on the clock of its lane."""
    if day.label or not day.timed:
        return day
    return replace(day, label=f"{wall_clock(day.start, zone):%H:%M}")


def _dates(day: GalleryDay, zone: str) -> tuple[date, date]:
    """First and last date; an end at midnight belongs to the date before."""
    last_moment = max(day.start, day.end - timedelta(microseconds=1))
    return wall_clock(day.start, zone).date(), wall_clock(last_moment, zone).date()


def _panel(events: list[_Event]) -> Panel | None:
    if not events:
        return None
    columns = date_columns(_needed_widths(events))
    by_date = {column.on: column for column in columns}
    lanes = [_lane(one, by_date) for one in sorted(events, key=_beginning)]
    first = events[0].event
    width = columns[-1].x + columns[-1].width
    return Panel(first.programme, first.programme_title_en or first.programme, width, columns, tuple(lanes))


def _beginning(one: _Event) -> tuple[date, str]:
    dates = [first for _, first, _ in one.dates] or [mail.local.date() for mail in one.mails]
    return min(dates), one.event.slug


def _needed_widths(events: list[_Event]) -> dict[date, float]:
    """Each date on which something happens, with the width that its day's label and fullest row of marks take."""
    needs: dict[date, float] = {}
    for one in events:
        for day, first, last in one.dates:
            label = min(_label_width(day), WIDEST_COLUMN) if first == last else 0.0
            for on in _drawn_dates(first, last):
                needs[on] = max(needs.get(on, 0.0), label)
        for (_, on), kinds in _cells(one.mails).items():
            needs[on] = max(needs.get(on, 0.0), _MARK_WIDTH * len(kinds))
    return needs


def _drawn_dates(first: date, last: date) -> list[date]:
    """Every date of a short run; of a long one (a window of months) its ends."""
    if last - first > _LONGEST_RUN_DRAWN:
        return [first, last]
    return [first + _ONE_DAY * step for step in range((last - first).days + 1)]


_Cells = Mapping[tuple[str, date], Mapping[NoticeKind, list[GalleryMail]]]


def _cells(mails: Iterable[GalleryMail]) -> _Cells:
    cells: dict[tuple[str, date], dict[NoticeKind, list[GalleryMail]]] = {}
    for mail in sorted(mails, key=lambda mail: (mail.local, mail.key)):
        cells.setdefault((mail.words.language, mail.local.date()), {}).setdefault(mail.kind, []).append(mail)
    return cells


def _lane(one: _Event, columns: Mapping[date, Column]) -> Lane:
    cells = _cells(one.mails)
    languages = sorted({language for language, _ in cells}, key=lambda language: (language == "en", language))
    lines = _lines([(first, last) for _, first, last in one.dates])
    top = _BAR_HEIGHT * (max(lines) + 1) + 6 if lines else 0
    rows = tuple(
        Row(language, top + _ROW_HEIGHT * (place + 0.5), _marks(language, cells, columns))
        for place, language in enumerate(languages)
    )
    bars = tuple(
        _bar(day, columns[first], columns[last], line)
        for (day, first, last), line in zip(one.dates, lines, strict=True)
    )
    return Lane(one.event.title_en, one.event.cohort, bars, rows, top + _ROW_HEIGHT * len(rows) + 4)


def _lines(spans: Sequence[tuple[date, date]]) -> list[int]:
    """The line of each bar, from above: the first one that is free on its dates. `spans` come by their first date."""
    busy_until: list[date] = []
    lines = []
    for first, last in spans:
        line = next((place for place, until in enumerate(busy_until) if until < first), len(busy_until))
        busy_until[line : line + 1] = [last]
        lines.append(line)
    return lines


def _marks(language: str, cells: _Cells, columns: Mapping[date, Column]) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    for (spoken, on), kinds in cells.items():
        if spoken == language:
            step = columns[on].width / len(kinds)
            for place, (kind, mails) in enumerate(kinds.items()):
                marks.append(Mark(kind, len(mails), columns[on].x + step * (place + 0.5), _said(kind, on, mails)))
    return tuple(marks)


def _said(kind: NoticeKind, on: date, mails: list[GalleryMail]) -> str:
    hours = sorted({f"{mail.local:%H:%M}" for mail in mails})
    span = hours[0] if len(hours) == 1 else f"{hours[0]} to {hours[-1]}"
    return f"{kind}, {_date(on)} {span} on their clock: {', '.join(mail.person for mail in mails)}"


def _bar(day: GalleryDay, first: Column, last: Column, line: int) -> Bar:
    width = last.x + last.width - first.x
    fits = _label_width(day) <= width
    begins, ends = (_utc(day.start), _utc(day.end)) if day.timed else (_date(first.on), _date(last.on))
    span = begins if begins == ends else f"{begins} to {ends}"
    said = f"{', '.join(part for part in (day.label, day.mode) if part)}: {span}"
    return Bar(first.x, _BAR_HEIGHT * line, width, day.mode, day.label if fits else "", said)


def _label_width(day: GalleryDay) -> float:
    return len(day.label) * _LETTER_WIDTH + 8


def _utc(moment: datetime) -> str:
    there = moment.astimezone(UTC)
    return f"{_date(there)} {there:%H:%M} UTC"


def _date(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b %Y}"
