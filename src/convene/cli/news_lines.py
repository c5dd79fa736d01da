"""Old and new side by side, who was told the old, and what leaves when: what `diff`, `apply` and the commands say."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from convene.cli.mail_preview import time_ahead
from convene.programme_file.checks.finding_words import city, people_count, short_moment
from convene.rules.fact_changes import FactChange, fact_changes
from convene.rules.zones import wall_clock
from convene.usecases.planning.event_news import EventNews, Leaving

_FACTS_STAY = "Date, hour, zone, mode, venue, link and status stay"
_WIDEST = 36
"""Columns up to which the old side is aligned; a longer one pushes the new side of its line to the right."""


def news_lines(news: Sequence[EventNews], now: datetime) -> Iterator[str]:
    """A few lines for each event of which somebody sees something else, at `now` (UTC)."""
    for event in news:
        yield event.name
        changes = fact_changes(event.old, event.new)
        yield from _side_by_side(changes)
        if event.same:
            stays = "Everybody reads the same hour and place" if changes else _FACTS_STAY
            yield f"  {stays}: calendars show the rest, nobody is mailed."
            continue
        yield from (f"  {sentence}" for sentence in _who(event, now))


def _side_by_side(changes: Sequence[FactChange]) -> Iterator[str]:
    """The id of a day stands once, before the first of its facts."""
    days = [
        "" if place and changes[place - 1].day == change.day else change.day for place, change in enumerate(changes)
    ]
    widths = [max(map(len, column), default=0) for column in (days, *list(zip(*changes, strict=True))[1:3])]
    for day, (_, what, old, new) in zip(days, changes, strict=True):
        named = f"  {day:<{widths[0]}}" if widths[0] else ""
        yield f"{named}  {what:<{widths[1]}}  {old:<{min(widths[2], _WIDEST)}}  ->  {new}"


def _who(event: EventNews, now: datetime) -> Iterator[str]:
    if event.corrected:
        yield "The record is mended: what people were told counts as what was, and nobody is mailed."
        return
    if event.told_otherwise:
        yield f"{_people(event.told_otherwise)} told the old facts: {_correction(event, now)}."
    elif event.corrections:
        correction = _correction(event, now)
        yield f"{correction[0].upper()}{correction[1:]}."
    elif not event.told_so:
        yield "Nobody was told the old facts, so nobody is corrected."
    if event.told_so:
        yield f"{_people(event.told_so)} told just this before, and {'gets' if event.told_so == 1 else 'get'} no mail."
    if event.invitations:
        yield f"{_people(event.invitations)} told nothing yet: the invitation will have the new facts."


def _correction(event: EventNews, now: datetime) -> str:
    mails = sum(leaving.mails for leaving in event.corrections)
    if not mails:
        return "no mail corrects it, since all of it lies behind, they read the same, or they declined"
    first, last = event.corrections[0], event.corrections[-1]
    when = _when(first, now)
    if last.due_at != first.due_at:
        when = f"the first {when}, the last {_when(last, now)}"
    rest = event.told_otherwise - mails
    others = f"; the other {rest} declined, or know it otherwise" if rest > 0 else ""
    return f"{'1 mail corrects' if mails == 1 else f'{mails} mails correct'} it, {when}{others}"


def _when(leaving: Leaving, now: datetime) -> str:
    ahead, local = time_ahead(now, leaving.due_at, leaving.zone), wall_clock(leaving.due_at, leaving.zone)
    year = wall_clock(now, leaving.zone).year
    return (
        ahead if leaving.due_at <= now else f"{ahead} if it stays so ({short_moment(local, year)} {city(leaving.zone)})"
    )


def _people(count: int) -> str:
    return f"{people_count(count)} {'was' if count == 1 else 'were'}"
