"""Names that must lead somewhere: series, venues, other events, numbers in a series; and what an event must have."""

from collections.abc import Iterable, Iterator, Sequence

from convene.errors import Problem
from convene.programme_file.checks.dossier import Dossier
from convene.programme_file.checks.resolve import event_kind, first_date
from convene.programme_file.document import EventEntry
from convene.programme_file.reading.fields import nearest
from convene.rules.vocabulary import EventKind


def check_references(dossier: Dossier) -> Iterator[Problem]:
    """Every name that an event or a day gives exists."""
    document = dossier.document
    for name, event in document.events.items():
        path = f"events.{name}"
        yield from _named(dossier, f"{path}.series", "series", event.series, document.series)
        yield from _named(dossier, f"{path}.venue", "venue", event.venue, document.venues)
        yield from _named(dossier, f"{path}.part_of", "event", event.part_of, document.events)
        yield from _named(dossier, f"{path}.same_as", "event", event.same_as, document.events)
        for number, day in enumerate(event.days or (), 1):
            yield from _named(dossier, f"{path}.days[{number}].venue", "venue", day.venue, document.venues)
    yield from _check_circles(dossier)
    yield from _check_former_names(dossier)


def check_shapes(dossier: Dossier) -> Iterator[Problem]:
    """Each event has days, or is due, or goes through the days of another; and its kind is known."""
    for name, event in dossier.document.events.items():
        yield from _check_moments(dossier, f"events.{name}", event)
        yield from _check_cohort(dossier, f"events.{name}", event)
        yield from _check_kind(dossier, f"events.{name}", dossier.effective.get(name))


def check_numbers(dossier: Dossier) -> Iterator[Problem]:
    """A number in a series is given once; the cohorts of one event share theirs."""
    taken: dict[tuple[str, int], str] = {}
    for name, event in dossier.effective.items():
        if event.series is None or event.number is None or event.same_as:
            continue
        first = taken.setdefault((event.series, event.number), name)
        if first != name:
            what = f"Number {event.number} of {event.series} is taken: {first} and {name} both have it."
            yield from dossier.at(f"events.{name}.number", what, "give one of them another number")


def _named(dossier: Dossier, where: str, thing: str, name: str | None, known: Iterable[str]) -> Iterator[Problem]:
    if name is not None and name not in known:
        yield from dossier.at(where, f'There is no {thing} "{name}".', _suggestion(name, thing, list(known)))


def _suggestion(name: str, thing: str, known: Sequence[str]) -> str:
    section = {"venue": "venues", "event": "events"}.get(thing, thing)
    return nearest(name, known, f"add it under {section}, or leave the key out") if known else f"add it under {section}"


def _check_circles(dossier: Dossier) -> Iterator[Problem]:
    remedies = {
        "same_as": "write days: in one of them",
        "part_of": "leave part_of out in the one that wraps the other",
    }
    for name in dossier.document.events:
        for key, remedy in remedies.items():
            chain = _chain(dossier, name, key)
            if name in chain[1:] and name == min(chain):  # one problem for one circle
                what = f"{key} goes in a circle: {' > '.join(chain)}."
                yield from dossier.at(f"events.{name}.{key}", what, remedy)


def _chain(dossier: Dossier, name: str, key: str) -> list[str]:
    """The events that `same_as` or `part_of` leads to from `name`, up to the first that comes again."""
    chain = [name]
    following = getattr(dossier.document.events[name], key)
    while following is not None and following in dossier.document.events:
        chain.append(following)
        if chain.count(following) > 1:
            break
        following = getattr(dossier.document.events[following], key)
    return chain


def _check_former_names(dossier: Dossier) -> Iterator[Problem]:
    heirs: dict[str, str] = {}
    for name, event in dossier.document.events.items():
        if event.was is None:
            continue
        where = f"events.{name}.was"
        if event.was in dossier.document.events:
            remedy = "leave was out, or give the other one a new id"
            yield from dossier.at(where, f'"{event.was}" is still an event of this file.', remedy)
        elif heirs.setdefault(event.was, name) != name:
            what = f'"{event.was}" cannot become both {heirs[event.was]} and {name}.'
            yield from dossier.at(where, what, "keep was in one of them")


def _check_moments(dossier: Dossier, path: str, event: EventEntry) -> Iterator[Problem]:
    given = [key for key in ("days", "due", "same_as") if _is_given(dossier, path, key, event)]
    if not given:
        key, example = ("days", "[{on: Mon 2020-01-20}] (or on: to be decided)")
        if event_kind(dossier.document, event) is EventKind.DEADLINE:
            key, example = ("due", "{on: Fri 2022-02-11}")
        yield from dossier.at(f"{path}.{key}", f"The event has no {key}.", f"add {key}: {example}")
    elif len(given) > 1:
        yield from dossier.at(f"{path}.{given[-1]}", f"{' and '.join(given)} exclude each other.", f"keep {given[0]}")


def _is_given(dossier: Dossier, path: str, key: str, event: EventEntry) -> bool:
    """Whether the key is written, even if what it says could not be read."""
    return getattr(event, key) is not None or f"{path}.{key}" in dossier.places


def _check_cohort(dossier: Dossier, path: str, event: EventEntry) -> Iterator[Problem]:
    if event.same_as and not event.starts:
        yield from dossier.at(f"{path}.starts", "same_as needs the first date.", "add starts: Mon 2022-01-17")
    elif event.starts and not event.same_as and not dossier.is_faulty(f"{path}.same_as"):
        yield from dossier.at(f"{path}.starts", "starts goes with same_as alone.", "write the date in days: on")
    source = dossier.effective.get(event.same_as or "")
    if source and (source.days or source.due) and first_date(source) is None and not _has_faulty_days(dossier, source):
        what = f"{source.id} has no date yet, so its days cannot be moved to another."
        yield from dossier.at(f"{path}.same_as", what, f"decide a date of {source.id}, or write days here")


def _has_faulty_days(dossier: Dossier, event: EventEntry) -> bool:
    return any(path.startswith(f"events.{event.id}.days") for path in dossier.faults)


def _check_kind(dossier: Dossier, path: str, event: EventEntry | None) -> Iterator[Problem]:
    if event is None or dossier.is_faulty(f"{path}.series") or dossier.is_faulty(f"{path}.same_as"):
        return
    if event.series and event.series not in dossier.document.series:
        return
    kind = event_kind(dossier.document, event)
    if kind is None:
        remedy = "add kind: meeting, seminar, workshop ... or a series that has one"
        yield from dossier.at(f"{path}.kind", "The event has no kind.", remedy)
    elif kind is EventKind.DEADLINE and event.days:
        yield from dossier.at(f"{path}.days", "A deadline has no days.", "write: due: {on: Fri 2022-02-11}")
    elif kind is not EventKind.DEADLINE and event.due:
        yield from dossier.at(f"{path}.due", f"A {kind} is not due.", "write: kind: deadline, or days instead of due")
