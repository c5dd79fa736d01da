"""Old and new side by side, who was told the old, and what leaves when: what `diff`, `apply` and the commands say."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from convene.rules.facts import DayFacts, EventFacts
from convene.rules.weekdays import written_date
from convene.usecases.event_news import EventNews


def news_lines(news: Sequence[EventNews], now: datetime) -> Iterator[str]:
    """A few lines for each event whose facts change at `now` (UTC)."""
    for event in news:
        yield event.name
        width = max((len(old) for _, old, _ in _sides(event.old, event.new)), default=0)
        for label, old, new in _sides(event.old, event.new):
            yield f"  {label:<8} {old:<{width}}  ->  {new}"
        yield f"  {_who(event, now)}"
        if event.invitations:
            yield f"  {_people(event.invitations)} told nothing yet: the invitation will say what is new."


def _who(event: EventNews, now: datetime) -> str:
    if not event.told:
        return "Nobody was told the old facts."
    told = f"{_people(event.told)} told the old facts: "
    if not event.corrections or event.due_at is None:
        return told + "no mail corrects it, since all of it lies behind, or they know it otherwise."
    wait = round((event.due_at - now).total_seconds() / 60)
    when = "at once" if wait <= 0 else f"in {wait} minutes"
    mails = "1 mail corrects it" if event.corrections == 1 else f"{event.corrections} mails correct it"
    return f"{told}{mails}, the first {when}."


def _sides(old: EventFacts, new: EventFacts) -> list[tuple[str, str, str]]:
    """What differs: a label, and how it was and is."""
    sides = [] if old.status is new.status else [("status", old.status.value, new.status.value)]
    slugs = dict.fromkeys([day.slug for facts in (old, new) for day in facts.days])
    for slug in slugs:
        before, after = old.day(slug), new.day(slug)
        if before != after:
            sides.append((slug, _day(before), _day(after)))
    return sides


def _day(day: DayFacts | None) -> str:
    if day is None:
        return "(not there)"
    until = f" to {written_date(day.until)}" if day.until else ""
    hours = f" {day.start:%H:%M}" + (f"-{day.end:%H:%M}" if day.end else "") if day.start else ""
    place = next(iter(day.venue.title.values()), "") if day.venue else day.link or ""
    return f"{written_date(day.on)}{until}{hours} {day.zone}, {day.mode.value}" + (f", {place}" if place else "")


def _people(count: int) -> str:
    return "1 person was" if count == 1 else f"{count} people were"
