"""Events of every shape and with any text, for feeds that programs must read alike."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st
from tests.sample_briefs import CREATED

from convene.ical.vevent import View
from convene.language.languages import LANGUAGES, has_catalogue
from convene.rules.facts import DayFacts, Entry, EventBrief, EventFacts, Organiser, VenueFacts
from convene.rules.feed_entries import FeedOptions
from convene.rules.rule import parse_rule
from convene.rules.vocabulary import ANYWHERE_ON_EARTH, READER_ZONE, Digits, EventKind, EventStatus, Mode
from convene.rules.zones import is_skipped

ZONES = (
    "Asia/Phnom_Penh",
    "Asia/Dhaka",  # summer time in 2009 alone
    "Asia/Kathmandu",  # 5:45
    "Europe/Brussels",
    "Europe/Dublin",  # winter time is the exception
    "America/New_York",
    "America/Sao_Paulo",  # no summer time since 2019
    "Africa/Casablanca",  # changes around Ramadan
    "Australia/Lord_Howe",  # half an hour
    "Pacific/Apia",  # skipped a whole day in 2011
    "Asia/Tehran",
    "UTC",
)
# fmt: off
_PIECES = (
    "Meeting", "កិច្ចប្រជុំ", "ກອງປະຊຸມ", "সভা", "会議", "réunion", "عنوان", "\N{MAN}\u200d\N{GIRL}", "a,b;c", "\\", "\\n",
    "\\N", "C:\\New", '"', ":", "^n", "'", "\n", "\r\n", "\t", " ", "  ", "\u200b", "\u2028", "\x00", "\x1b",
    "BEGIN:VEVENT", "=?utf-8?q?a?=", "%s", "{x}", "x" * 80, "ក្" * 40,
)
# fmt: on
texts = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=6).map("".join)
languages = st.sampled_from([code for code in LANGUAGES if has_catalogue(code)])
text_maps = st.dictionaries(languages, texts, max_size=2)
dates = st.dates(date(1990, 1, 1), date(2037, 12, 1))  # vobject knows no summer time of later years
clocks = st.sampled_from([time(0), time(1, 30), time(2), time(2, 30), time(9), time(13, 45), time(23, 30)])
links = st.one_of(st.none(), st.sampled_from(["https://meet.example/4", "https://x.example/?a=1&b=%20,;#c"]))
venues = st.builds(
    VenueFacts,
    title=text_maps,
    zone=st.sampled_from(ZONES),
    country=st.sampled_from(["KH", None]),
    address=text_maps,
    map_link=links,
)
_STATUSES = (EventStatus.CONFIRMED,) * 5 + tuple(EventStatus)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC))


def mostly(strategy: st.SearchStrategy[time]) -> st.SearchStrategy[time | None]:
    return st.integers(0, 5).flatmap(lambda number: strategy if number else st.none())


@st.composite
def days(draw: st.DrawFn, slug: str) -> DayFacts:
    """A day that a coordinator may write: the clock of its zone shows its hours, and it ends after it begins."""
    mode = draw(st.sampled_from(Mode))
    zone, on = draw(st.sampled_from(ZONES)), draw(dates)
    if mode is Mode.DEADLINE:
        zone = draw(st.sampled_from([zone, READER_ZONE, ANYWHERE_ON_EARTH]))
    start = draw(mostly(clocks))
    end = draw(mostly(clocks)) if start and mode is not Mode.DEADLINE else None
    lasts = draw(st.sampled_from([0, 0, 0, 0, 1, 2, 20])) if mode is not Mode.DEADLINE else 0
    until = on + timedelta(days=lasts) if lasts else None
    day = DayFacts(slug, on, start, end, until, zone, mode, draw(st.integers(0, 1)), link=draw(links))
    if mode in (Mode.IN_PERSON, Mode.HYBRID):
        day = replace(day, venue=draw(venues))
    return day if _can_be(day) else replace(day, start=None, end=None)


def _can_be(day: DayFacts) -> bool:
    if day.start is None or day.zone == READER_ZONE:
        return True
    if is_skipped(day.on, day.start, day.zone) or (day.end and is_skipped(day.end_date, day.end, day.zone)):
        return False
    return day.end is None or day.starts_at() < day.ends_at()


@st.composite
def briefs(draw: st.DrawFn, name: str) -> EventBrief:
    facts = tuple(draw(days(f"d{number}")) for number in range(1, draw(st.integers(1, 4)) + 1))
    entries = tuple(
        Entry(
            day=day,
            uid=f"{name}-{day.slug}@convene.example",
            sequence=draw(st.integers(0, 9)),
            created_at=CREATED,
            changed_at=draw(moments),
            number=number,
            title=draw(text_maps),
        )
        for number, day in enumerate(facts, 1)
    )
    if draw(st.sampled_from([False, False, True])):
        entries = (*entries[:-1], replace(entries[-1], number=0, removed=True))
        facts = facts[:-1]
    return EventBrief(
        programme="random",
        slug=name,
        kind=draw(st.sampled_from(EventKind)),
        uid=f"{name}@convene.example",
        facts=EventFacts(draw(st.sampled_from(_STATUSES)), facts),
        entries=entries,
        organiser=Organiser(draw(texts), "office@organiser.example"),
        programme_title=draw(text_maps),
        programme_language=draw(languages),
        title=draw(text_maps),
        short_title=draw(text_maps),
        description=draw(text_maps),
        reason=draw(text_maps),
        series_title=draw(text_maps),
        number=draw(st.one_of(st.none(), st.integers(1, 40))),
        alarms=draw(st.sampled_from([(), (parse_rule("1 hour before"), parse_rule("10 minutes after each live day"))])),
    )


views = st.builds(
    View,
    language=languages,
    digits=st.one_of(st.none(), st.sampled_from(Digits)),
    links=st.booleans(),
    left_at=st.sampled_from([None] * 5 + [CREATED + timedelta(days=1000)]),
    options=st.builds(FeedOptions, st.sampled_from([False] * 3 + [True]), st.sampled_from([None, 0, 30, 600])),
)
feeds = st.tuples(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True), views).flatmap(
    lambda drawn: st.tuples(st.tuples(*(briefs(name) for name in drawn[0])), st.just(drawn[1]), texts)
)
"""The events of a feed, for whom it is written, and its name."""
