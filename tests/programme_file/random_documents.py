"""Documents of every shape the reader takes, for round trips. Names in them lead nowhere: the reader does not ask."""

import unicodedata
from datetime import date, time, timedelta
from typing import Any

from hypothesis import strategies as st

from convene.programme_file.document import (
    DayEntry,
    DueEntry,
    EventEntry,
    InviteEntry,
    OrganisationEntry,
    ProgrammeDocument,
    ProgrammeEntry,
    RulePlan,
    SeriesEntry,
    Target,
    VenueEntry,
)
from convene.programme_file.reading.value_shapes import DAY_MODES
from convene.rules.facts import Material, Organiser
from convene.rules.rule import Rule
from convene.rules.vocabulary import EventKind, EventStatus, NoticeKind, Role, Side

_PIECES = [
    "DAC", "a", "7", "no", "null", "~", "- x", ": ", " #", "'", '"', "\\", "{", "}", "[", ",", "&", "*", "!", "|", ">",
    "%", "@", "`", "?", "---", "...", "=", "http://x", "09:00", "2020-01-20", "កិច្ចប្រជុំ", "ລາວ", "য়", "会議", "👩‍👩‍👧",
    "عنوان", "é", " ", "\u200b", "\xa0", "<b>", "1_000", "0x1F", "true", "on",
]  # fmt: skip


def _visible(text: str) -> bool:
    return any(unicodedata.category(char)[0] not in "ZC" for char in text)


lines = (
    st.lists(st.sampled_from(_PIECES), min_size=1, max_size=6)
    .map(lambda pieces: unicodedata.normalize("NFC", "".join(pieces)).strip())
    .filter(_visible)
)
paragraphs = (
    st.lists(st.one_of(lines, st.just("")), min_size=1, max_size=4).map(lambda parts: "\n".join(parts).strip())
).filter(_visible)
slugs = st.from_regex(r"[a-z0-9][a-z0-9-]{0,9}", fullmatch=True)
day_ids = slugs.filter(lambda slug: slug != "due")
zones = st.sampled_from(["UTC", "Asia/Phnom_Penh", "Asia/Dhaka", "America/La_Paz"])
languages = st.sampled_from(["km", "en", "bn", "ja", "fil"])
text_languages = st.sampled_from(["km", "en", "bn", "ja", "fil", "de", "zh-hant"])
links = st.sampled_from(["https://meet.example/4", "https://x.example/?a=1&b=%20#c", "https://x.example:8443/a,b"])
dates = st.dates(date(1970, 1, 1), date(2199, 1, 1))
times = st.times().map(lambda at: time(at.hour, at.minute))
addresses = st.sampled_from(["a@b.example", "staff+x@union-kh.example", "x@xn--j2e0cg3n2c.example"])
organisers = st.builds(Organiser, lines, addresses)
undecided = st.sampled_from(["to be decided", "October 2027", "between Mon 2027-10-18 and Fri 2027-10-29"])


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


def texts(strategy: st.SearchStrategy[str] = lines) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(text_languages, strategy, min_size=1, max_size=3)


def unique_tuples(strategy: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=most, unique=True).map(tuple)


def rule_lists(strategy: st.SearchStrategy[Rule]) -> st.SearchStrategy[tuple[Rule, ...]]:
    return st.lists(strategy, max_size=3, unique_by=lambda rule: rule.in_small_units).map(tuple)


def rules(kind: NoticeKind, after: bool = False) -> st.SearchStrategy[Rule]:
    counted = st.builds(
        Rule,
        st.just(kind),
        st.integers(0, 40),
        st.sampled_from(["days", "weeks", "months"]),
        st.just(after),
        st.just("end" if after else "start"),
        st.sampled_from([""] if kind is NoticeKind.INVITATION else ["", "day", "live day"]),
        times,
        st.booleans(),
    )
    written = st.builds(lambda on, at: Rule(kind, at=at, on=on), dates, times)
    return st.one_of(counted, written)


alarms = st.builds(
    lambda amount, unit: Rule(NoticeKind.REMINDER, amount, unit),
    st.integers(1, 90),
    st.sampled_from(["minutes", "hours"]),
)
follow_ups = st.sampled_from([NoticeKind.THANKS, NoticeKind.ACTION_PLAN, NoticeKind.PROGRESS]).flatmap(
    lambda kind: rules(kind, after=True)
)
rule_plans = st.builds(
    RulePlan,
    maybe(rule_lists(rules(NoticeKind.REMINDER))),
    maybe(rule_lists(follow_ups)),
    st.one_of(st.none(), st.sampled_from(["at once", "by hand"]), rule_lists(rules(NoticeKind.INVITATION))),
)


@st.composite
def days(draw: st.DrawFn) -> DayEntry:
    on = draw(st.one_of(st.none(), dates))
    start = draw(maybe(times))
    end = draw(maybe(times)) if start else None
    if start and end and not 0 < (end.hour * 60 + end.minute - start.hour * 60 - start.minute) % 1440 <= 720:
        end = None
    return DayEntry(
        on,
        None if on else draw(undecided),
        draw(maybe(day_ids)),
        start,
        end,
        on and draw(maybe(st.integers(0, 366).map(lambda count: on + timedelta(count)))),
        draw(maybe(st.sampled_from(DAY_MODES))),
        draw(maybe(slugs)),
        draw(maybe(zones)),
        draw(maybe(links)),
        draw(maybe(texts())),
        draw(maybe(st.integers(0, 1))),
    )


day_lists = st.lists(days(), min_size=1, max_size=4, unique_by=lambda day: day.id or object()).map(tuple)
dues = st.builds(DueEntry, dates, maybe(times), st.sampled_from(["reader", "anywhere-on-earth", "Asia/Dhaka"]))
invites = st.lists(
    st.builds(InviteEntry, st.one_of(slugs, addresses), maybe(st.sampled_from(Role))),
    max_size=4,
    unique_by=lambda i: i.who,
).map(tuple)


@st.composite
def events(draw: st.DrawFn, slug: str) -> EventEntry:
    return draw(
        st.builds(
            EventEntry,
            st.just(slug),
            was=maybe(slugs),
            kind=maybe(st.sampled_from(EventKind)),
            title=maybe(texts()),
            short_title=maybe(texts()),
            description=maybe(texts(paragraphs)),
            status=st.sampled_from(EventStatus),
            reason=maybe(texts(paragraphs)),
            series=maybe(slugs),
            number=maybe(st.integers(1, 99)),
            cohort=maybe(lines),
            same_as=maybe(slugs),
            starts=maybe(dates),
            part_of=maybe(slugs),
            venue=maybe(slugs),
            timezone=maybe(zones),
            organiser=maybe(organisers),
            days=maybe(day_lists),
            due=maybe(dues),
            capacity=maybe(st.integers(1, 500)),
            target=maybe(st.builds(Target, st.integers(1, 500), st.sampled_from(["", "over", "about", "at most"]))),
            invite=maybe(invites),
            rules=rule_plans,
            announced_as=maybe(lines),
            spoken=unique_tuples(text_languages),
            materials=st.lists(st.builds(Material, texts(), links), max_size=2).map(tuple),
            alarms=rule_lists(alarms),
        )
    )


@st.composite
def documents(draw: st.DrawFn) -> ProgrammeDocument:
    programme = st.builds(
        ProgrammeEntry,
        slugs,
        texts(),
        zones,
        languages,
        organisers,
        unique_tuples(addresses),
        maybe(st.tuples(st.integers(1, 12), st.integers(1, 28))),
        maybe(texts()),
        st.sampled_from(["observe", "ignore"]),
        st.dictionaries(
            st.sampled_from(["NP", "BD", "NO"]), st.sets(st.integers(0, 6)).map(lambda days: tuple(sorted(days)))
        ),
        maybe(st.tuples(times, times).filter(lambda pair: pair[0] != pair[1])),
        st.integers(0, 60),
        st.integers(0, 500),
        st.sampled_from(["mail", "feed"]),
        maybe(links),
        maybe(texts(paragraphs)),
    )
    countries = maybe(st.sampled_from(["KH", "JP", "NO"]))
    organisations = st.builds(
        OrganisationEntry,
        st.just(""),
        maybe(texts()),
        maybe(languages),
        countries,
        maybe(zones),
        maybe(st.sampled_from(Side)),
    )
    series = st.builds(SeriesEntry, st.just(""), st.sampled_from(EventKind), texts(), maybe(texts()))
    venues = st.builds(VenueEntry, st.just(""), texts(), zones, countries, maybe(texts(paragraphs)), maybe(links))
    return ProgrammeDocument(
        draw(programme),
        draw(named(lines, organisations, "name")),
        draw(named(slugs, series, "id")),
        draw(named(slugs, venues, "id")),
        draw(unique_tuples(st.sampled_from(["people.csv", "more people.csv", "a/ខ្មែរ.csv"]))),
        {slug: draw(events(slug)) for slug in draw(st.lists(slugs, max_size=3, unique=True))},
        draw(rule_plans),
    )


def named(
    names: st.SearchStrategy[str], entries: st.SearchStrategy[Any], field: str
) -> st.SearchStrategy[dict[str, Any]]:
    def name_them(drawn: dict[str, Any]) -> dict[str, Any]:
        return {name: type(entry)(**(vars(entry) | {field: name})) for name, entry in drawn.items()}

    return st.dictionaries(names, entries, max_size=2).map(name_them)
