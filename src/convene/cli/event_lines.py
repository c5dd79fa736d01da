"""One event in lines for the coordinator: days and clocks, people, what they know, what each rule comes to."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from convene.cli.mail_preview import without_mail
from convene.programme_file.checks.finding_words import city, people_count
from convene.rules.facts import DayFacts, Entry
from convene.rules.vocabulary import READER_ZONE
from convene.rules.weekdays import written_date, written_moment
from convene.usecases.events.explain_event import Guests, RuleMoment, RuleShown
from convene.usecases.events.show_event import EventShown, ReaderClock, counted

_WIDEST_RULE = 34
_WIDEST_WHEN = 40
"""Columns up to which cells are aligned; what is longer pushes the rest of its line to the right."""


def event_lines(shown: EventShown) -> Iterator[str]:
    """The whole answer of `event show`."""
    view = shown.view
    yield f"{view.name}  {view.title}"
    yield ", ".join(_headline(shown))
    yield from _section("days", _day_lines(shown))
    yield from _section("people", _people_lines(shown))
    yield from _section("rules", _rule_lines(shown))
    states = [f"{count} {state}" for state, count in view.notices.items()]
    states += [f"{shown.digests} in one mail with others"] if shown.digests else []
    yield from ("", f"notices: {', '.join(states) or 'none'}")


def _section(name: str, lines: Iterator[str]) -> Iterator[str]:
    yield from ("", name)
    yield from (f"  {line}" for line in lines)


def _headline(shown: EventShown) -> Iterator[str]:
    brief = shown.view.brief
    yield from (brief.kind.value, shown.view.status, f"revision {brief.revision}")
    known = {"number": brief.number, "cohort": brief.cohort, "capacity": shown.capacity, "target": shown.target}
    yield from (f"{name} {value}" for name, value in known.items() if value is not None)


def _day_lines(shown: EventShown) -> Iterator[str]:
    former = {entry.day.slug: entry.day for entry in shown.view.brief.entries if entry.day.slug in shown.undated}
    entries = [entry for entry in shown.view.brief.entries if entry.day.slug not in former]
    width = min(max((len(_when(entry.day)) for entry in entries), default=0), _WIDEST_WHEN)
    for entry in entries:
        yield _day_line(entry, width)
        if not entry.removed:
            yield from (f"      {_reader_clock(clock)}" for clock in shown.clocks.get(entry.day.slug, ()))
    for slug, written in shown.undated.items():
        yield f"{slug:<4}{written or 'to be decided'}: {_no_date(former.get(slug))}"
    if not entries and not shown.undated:
        yield "none"


def _day_line(entry: Entry, width: int) -> str:
    day = entry.day
    venue = next(iter(day.venue.title.values()), "") if day.venue else ""
    gone = "removed: its entry stays in feeds, marked as cancelled" if entry.removed else ""
    where = ", ".join(part for part in (day.mode.value, venue, day.link, gone) if part)
    return f"{day.slug:<4}{_when(day):<{width}}  {where}"


def _no_date(former: DayFacts | None) -> str:
    """What follows for a day without a date, of which `former` was known last."""
    if former is None:
        return "no date yet, so no notices, and in no feed"
    return f"no date now, so no notices; its entry of {_when(former)} stays in feeds, marked as cancelled"


def _when(day: DayFacts) -> str:
    until = f" to {written_date(day.last_date)}" if day.last_date > day.on else ""
    hours = f" {day.start:%H:%M}" + (f"-{day.end:%H:%M}" if day.end else "") if day.start else ""
    zone = "wherever the reader is" if day.zone == READER_ZONE else city(day.zone)
    fold = " (the later of two)" if day.later_of_two else ""
    return f"{written_date(day.on)}{until}{hours} {zone}{fold}"


def _reader_clock(clock: ReaderClock) -> str:
    end = f"-{clock.end:%H:%M}" if clock.end else ""
    return f"{written_moment(clock.start)}{end} {city(clock.zone)}, for {people_count(clock.people)}"


def _people_lines(shown: EventShown) -> Iterator[str]:
    explained = shown.explained
    by_place: dict[tuple[str, str], list[Guests]] = {}
    for guests in explained.invited:
        key = (guests.invitees.role.value, guests.invitees.whereabouts.zone)
        by_place.setdefault(key, []).append(guests)
    rows = [
        (role, str(sum(each.invitees.size for each in guests)), city(zone), _languages(_spoken(guests)))
        for (role, zone), guests in by_place.items()
    ]
    yield from _columns(rows) if rows else ["nobody is invited"]
    if explained.declined:
        yield f"{people_count(explained.declined)} declined: they get a new date or the cancellation, nothing else"
    if explained.left:
        yield f"{people_count(explained.left)} left the list: they get nothing, beyond being told so if told before"
    yield from without_mail(explained.silence)
    yield from _told_lines(explained.told)


def _told_lines(told: Counter[str]) -> Iterator[str]:
    words = {"now": "told these facts", "otherwise": "told otherwise", "nothing": "told nothing yet"}
    known = [f"{told[known]} {what}" for known, what in words.items() if told[known]]
    if known:
        yield ", ".join(known)


def _rule_lines(shown: EventShown) -> Iterator[str]:
    explained = shown.explained
    yield f"invitations: {explained.invitations}"
    if explained.silent:
        yield f"no rule writes anything: {explained.silent}"
    width = min(max((len(rule.words) for rule in explained.rules), default=0), _WIDEST_RULE)
    for rule in explained.rules:
        for place, line in enumerate(_one_rule(rule)):
            yield f"{rule.words if place == 0 else '':<{width}}  {line}"


def _one_rule(rule: RuleShown) -> Iterator[str]:
    for moment in rule.moments:
        yield _moment_words(moment)
        if moment.shifted_from:
            yield f"  moved from {written_moment(moment.shifted_from)}, {moment.shifted_why}"
    for why, count in rule.not_written.items():
        yield f"not written: {count}, {why}"
    if not rule.moments and not rule.not_written:
        yield "nobody to write to"


def _moment_words(moment: RuleMoment) -> str:
    day = f" ({moment.day})" if moment.day else ""
    when = f"{written_moment(moment.due_local)} {city(moment.zone)}{day}"
    return f"{when}, {people_count(moment.people)}: {_languages(moment.languages)}"


def _spoken(guests: Sequence[Guests]) -> Counter[str]:
    return counted(guests, lambda group: group.language)


def _languages(languages: Mapping[str, int]) -> str:
    return "  ".join(f"{language} {count}" for language, count in languages.items())


def _columns(rows: Sequence[tuple[str, str, str, str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for role, number, place, languages in rows:
        yield f"{role:<{widths[0]}}  {number:>{widths[1]}}  {place:<{widths[2]}}  {languages}"
