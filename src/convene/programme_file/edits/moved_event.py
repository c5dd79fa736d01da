"""An event on other dates, at other hours or in another place, as the tree that its file would write."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from convene.errors import NotFoundError
from convene.programme_file.edits.document_tree import Tree
from convene.programme_file.edits.edit_document import EventTree
from convene.programme_file.reading.fields import nearest
from convene.programme_file.reading.findings import WrittenValueError, quoted
from convene.programme_file.reading.written_dates import day_date
from convene.rules.vocabulary import EventStatus
from convene.rules.weekdays import written_date

_SPAN = re.compile(r"(\d{1,3}) (day|week)s?(?: (earlier|later))?", re.IGNORECASE | re.ASCII)
_SET_ASIDE = (EventStatus.POSTPONED.value, EventStatus.CANCELLED.value)


@dataclass(frozen=True)
class Move:
    """Where to, as written. `day` names one day, else the whole event moves and its days keep their distances.

    `on` is a new date, `by` a span ("2 days", "1 week earlier"); they exclude each other. `keys` are further keys of
    that day (`from`, `to`, `until`, `timezone`, `fold`, `venue`, `link`), or of a deadline (`at`, `timezone`); an empty
    value leaves the key out. `announced_as` is the world-clock line of the new hour, empty for none, None for the one
    that is there.
    """

    on: str | None = None
    by: str | None = None
    day: str | None = None
    keys: Sequence[tuple[str, str]] = ()
    announced_as: str | None = None


def moved_event(tree: EventTree, move: Move) -> EventTree:
    """The event moved; one that was postponed or cancelled is confirmed again by a new date.

    Raises WrittenValueError, and NotFoundError for a day that is not there.
    """
    moved = _moved(tree, move)
    if move.announced_as is not None:
        moved = _with_keys(moved, Move(keys=[("announced_as", move.announced_as)]))
    if (move.on or move.by) and moved.get("status") in _SET_ASIDE:
        return {key: value for key, value in moved.items() if key not in ("status", "reason")}
    return moved


def _moved(tree: EventTree, move: Move) -> EventTree:
    if "same_as" in tree:
        return _moved_cohort(tree, move)
    due = tree.get("due")
    if isinstance(due, dict):
        _refuse_day(move, "A deadline has no days.")
        return {**tree, "due": _with_keys(_moved_to(due, move), move)}
    days = [day for day in _list(tree.get("days")) if isinstance(day, dict)]
    chosen = _chosen(days, move.day)
    if chosen is None:
        return {**tree, "days": _all_moved(days, move)}
    general = _general_keys(tree, days, chosen, move)
    own = replace(move, keys=[item for item in move.keys if item not in general])
    moved: list[Tree] = [_with_keys(_moved_to(day, own), own) if day is chosen else day for day in days]
    return _with_keys({**tree, "days": moved}, Move(keys=general))


def _moved_cohort(tree: EventTree, move: Move) -> EventTree:
    """A cohort goes through the days of another event: only the whole of it moves, by its first date."""
    _refuse_day(move, f"The event goes through the days of {tree['same_as']}.")
    if move.keys:
        raise WrittenValueError(
            f"The event goes through the days of {tree['same_as']}, at its hours.", "move that one, or write --on"
        )
    return {**tree, "starts": _moved_to({"on": tree.get("starts", "")}, move)["on"]}


def _refuse_day(move: Move, why: str) -> None:
    if move.day is not None:
        raise WrittenValueError(why, "leave --day out")


def _chosen(days: Sequence[EventTree], name: str | None) -> EventTree | None:
    """The day that is named, or the only one; None: all of them. Raises NotFoundError."""
    if name is None:
        return days[0] if len(days) == 1 else None
    found = next((day for day in days if day.get("id") == name), None)
    if found is None:
        raise NotFoundError(f"There is no day {quoted(name)}.", nearest(name, [str(day["id"]) for day in days]))
    return found


def _all_moved(days: Sequence[EventTree], move: Move) -> list[Tree]:
    """Every day by the same distance. Days without a date stay without one."""
    names = ", ".join(str(day.get("id")) for day in days)
    if move.keys:
        raise WrittenValueError(f"The event has {len(days)} days.", f"name one with --day: {names}")
    dates = [on for day in days if (on := _date(day.get("on")))]
    if not dates:
        raise WrittenValueError("No day of the event has a date yet.", f"name one with --day: {names}")
    shift = day_date(move.on) - min(dates) if move.on else _span(move.by or "")
    return [_shifted(day, shift) if _date(day.get("on")) else day for day in days]


def _moved_to(day: EventTree, move: Move) -> EventTree:
    """One day on its new date; its last date keeps the distance. A date that cannot be read is left to the reader."""
    old = _date(day.get("on"))
    if move.by is not None:
        if old is None:
            raise WrittenValueError("The day has no date yet.", "write its date with --on")
        return _shifted(day, _span(move.by))
    if move.on is None:
        return day
    new = _date(move.on)
    return {**(_shifted(day, new - old) if old and new else day), "on": written_date(new) if new else move.on}


def _shifted(day: EventTree, shift: timedelta) -> EventTree:
    moved = {key: date_ for key in ("on", "until") if (date_ := _date(day.get(key)))}
    try:
        return {**day, **{key: written_date(on + shift) for key, on in moved.items()}}
    except OverflowError:
        raise WrittenValueError("The date is out of reach.", "write an earlier one") from None


def _general_keys(tree: EventTree, days: Sequence[EventTree], day: EventTree, move: Move) -> list[tuple[str, str]]:
    """Those of the move's keys that the event itself says for its only day: they change where they stand."""
    if len(days) > 1:
        return []
    return [(key, value) for key, value in move.keys if key in ("venue", "timezone") and key in tree and key not in day]


def _with_keys(tree: EventTree, move: Move) -> EventTree:
    given = dict(move.keys)
    kept = {key: value for key, value in tree.items() if given.get(key) != ""}
    return kept | {key: value for key, value in given.items() if value}


def _span(text: str) -> timedelta:
    match = _SPAN.fullmatch(" ".join(text.split()))
    if not match:
        raise WrittenValueError(f"{quoted(text)} is no span of days.", "write: 2 days, 1 week, or 3 days earlier")
    days = int(match[1]) * (7 if match[2].lower() == "week" else 1)
    return timedelta(days=-days if (match[3] or "").lower() == "earlier" else days)


def _date(text: Tree | None) -> date | None:
    """The date that is written; None for words such as `to be decided`, and for what the reader will refuse."""
    try:
        return day_date(text) if isinstance(text, str) else None
    except WrittenValueError:
        return None


def _list(tree: Tree | None) -> list[Tree]:
    return list(tree) if isinstance(tree, list) else []
