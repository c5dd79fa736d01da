"""Events, readers and letters for tests: the real cases of `config/programmes` with placeholder people.

Import it as `from tests.sample_briefs import dac_meeting, letter, reader`.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from convene.rules.facts import (
    DayFacts,
    Entry,
    EventBrief,
    EventFacts,
    Material,
    Organiser,
    Text,
    VenueFacts,
    Whereabouts,
)
from convene.rules.letter import Letter, Part, Reader
from convene.rules.vocabulary import READER_ZONE, Digits, EventKind, EventStatus, Gender, Mode, NoticeKind, Role
from convene.rules.zones import wall_clock

CREATED = datetime(2020, 1, 1, 3, 0, tzinfo=UTC)
JILAF = Organiser("JILAF", "sgra@jilaf.example")
CAMBODIA = Whereabouts("Asia/Phnom_Penh", "KH")
LAOS = Whereabouts("Asia/Vientiane", "LA")
BANGLADESH = Whereabouts("Asia/Dhaka", "BD")
JAPAN = Whereabouts("Asia/Tokyo", "JP")
BELGIUM = Whereabouts("Europe/Brussels", "BE")
INDIA = Whereabouts("Asia/Kolkata", "IN")
THAILAND = Whereabouts("Asia/Bangkok", "TH")
NEPAL = Whereabouts("Asia/Kathmandu", "NP")
INDONESIA = Whereabouts("Asia/Jakarta", "ID")
VIETNAM = Whereabouts("Asia/Ho_Chi_Minh", "VN")
PHILIPPINES = Whereabouts("Asia/Manila", "PH")
FRANCE = Whereabouts("Europe/Paris", "FR")
SPAIN = Whereabouts("Europe/Madrid", "ES")

PHNOM_PENH = VenueFacts(
    title={"en": "Phnom Penh", "km": "ភ្នំពេញ", "ja": "プノンペン"},
    zone="Asia/Phnom_Penh",
    country="KH",
    address={"en": "12 Sample Street, Phnom Penh"},
    map_link="https://map.example/phnom-penh",
)
LAOS_VENUE = VenueFacts(title={"en": "Laos", "lo": "ສປປ ລາວ"}, zone="Asia/Vientiane", country="LA")

PEOPLE = {
    "en": ("Participant 1, Belgium", "", None, BELGIUM),
    "km": ("អ្នកចូលរួមទី៣ កម្ពុជា", "លោកស្រី", Gender.WOMAN, CAMBODIA),
    "lo": ("ຜູ້ເຂົ້າຮ່ວມ 3 ລາວ", "ທ່ານນາງ", Gender.WOMAN, LAOS),
    "bn": ("অংশগ্রহণকারী ৩ বাংলাদেশ", "জনাবা", Gender.WOMAN, BANGLADESH),
    "ja": ("参加者3（日本）", "様", Gender.MAN, JAPAN),
    "th": ("ผู้เข้าร่วม 3 ไทย", "", Gender.WOMAN, THAILAND),
    "ne": ("सहभागी ३ नेपाल", "", Gender.WOMAN, NEPAL),
    "hi": ("प्रतिभागी 3 भारत", "", Gender.WOMAN, INDIA),
    "id": ("Peserta 3, Indonesia", "", Gender.WOMAN, INDONESIA),
    "vi": ("Đại biểu 3, Việt Nam", "", Gender.WOMAN, VIETNAM),
    "fil": ("Kalahok 3, Pilipinas", "", Gender.WOMAN, PHILIPPINES),
    "fr": ("Participante 3, France", "", Gender.WOMAN, FRANCE),
    "es": ("Participante 3, España", "", Gender.WOMAN, SPAIN),
}


def dac_meeting() -> EventBrief:
    """Case 2: one day in Phnom Penh, third in its series, Monday 20 January 2020, 09:00 to 11:30."""
    day = DayFacts("d1", date(2020, 1, 20), time(9), time(11, 30), None, PHNOM_PENH.zone, Mode.IN_PERSON, 0, PHNOM_PENH)
    return _brief(
        "sgra-cambodia",
        "dac-3",
        EventKind.COMMITTEE_MEETING,
        (day,),
        programme_title={"en": "SGRA project in Cambodia", "km": "គម្រោង SGRA នៅកម្ពុជា"},
        series_title={"en": "Dissemination Advisory Committee"},
        series_short_title={"en": "DAC"},
        number=3,
        audience=(CAMBODIA, JAPAN),
    )


def ewc_seminar() -> EventBrief:
    """Case 3: two days without hours in Laos, second in its series, 2 and 3 July 2015; the town is not published."""
    days = tuple(
        DayFacts(slug, on, None, None, None, LAOS_VENUE.zone, Mode.IN_PERSON, 0, LAOS_VENUE)
        for slug, on in (("d1", date(2015, 7, 2)), ("d2", date(2015, 7, 3)))
    )
    return _brief(
        "sgra-laos",
        "ewc-2",
        EventKind.SEMINAR,
        days,
        programme_title={"en": "SGRA project in Laos", "lo": "ໂຄງການ SGRA ຢູ່ ສປປ ລາວ"},
        series_title={"en": "Enlarged Working Committee"},
        series_short_title={"en": "EWC"},
        number=2,
        audience=(LAOS, JAPAN),
    )


def online_programme() -> EventBrief:
    """Case 1, Cambodia team: two on-demand windows and three live days given in Tokyo, 10 to 14 January 2022."""
    videos = tuple(
        DayFacts(slug, on, None, None, date(2022, 1, 12), "Asia/Phnom_Penh", Mode.ON_DEMAND, link=link)
        for slug, on, link in (
            ("d1", date(2022, 1, 10), "https://video.example/1"),
            ("d2", date(2022, 1, 11), "https://video.example/2"),
        )
    )
    lectures = tuple(
        DayFacts(slug, on, time(14), time(16, 30), None, "Asia/Tokyo", Mode.LIVE, link=f"https://meet.example/{slug}")
        for slug, on in (("d3", date(2022, 1, 12)), ("d4", date(2022, 1, 13)), ("d5", date(2022, 1, 14)))
    )
    brief = _brief(
        "online-2022",
        "online-kh",
        EventKind.ONLINE_PROGRAMME,
        videos + lectures,
        programme_title={"en": "Online programme for Cambodia and Bangladesh"},
        title={"en": "Labour relations in Japan"},
        audience=(CAMBODIA, JAPAN),
    )
    exchange = replace(brief.entries[3], title={"en": "Exchange with Rengo Hiroshima", "ja": "連合広島との交流"})
    return replace(brief, cohort="cambodia", entries=(*brief.entries[:3], exchange, brief.entries[4]))


def webinar() -> EventBrief:
    """Case 4: Tuesday 12 June 2018, 13:00 to 14:30 UTC, fifth of a yearly cycle, read on many clocks."""
    day = DayFacts(
        "d1", date(2018, 6, 12), time(13), time(14, 30), None, "UTC", Mode.LIVE, link="https://meet.example/5"
    )
    return _brief(
        "ripess",
        "webinar-5",
        EventKind.WEBINAR,
        (day,),
        programme_title={"en": "Social solidarity economy webinars"},
        series_title={"en": "Social solidarity economy"},
        number=5,
        description={"en": "Public policies for the social solidarity economy."},
        materials=(Material({"en": "Background paper"}, "https://files.example/paper"),),
        audience=(BELGIUM, INDIA, THAILAND, CAMBODIA),
    )


def essays_deadline() -> EventBrief:
    """A deadline without an hour, until the end of Friday 11 February 2022 wherever the reader lives."""
    due = DayFacts("due", date(2022, 2, 11), None, None, None, READER_ZONE, Mode.DEADLINE)
    return _brief(
        "online-2022",
        "essays",
        EventKind.DEADLINE,
        (due,),
        programme_title={"en": "Online programme for Cambodia and Bangladesh"},
        title={"en": "Essays are due", "km": "ការប្រគល់អត្ថបទ"},
        audience=(CAMBODIA, BANGLADESH),
    )


def reader(language: str = "en", digits: Digits | None = None, whereabouts: Whereabouts | None = None) -> Reader:
    """A placeholder person who reads `language` and lives where it is spoken, or at `whereabouts`."""
    name, salutation, gender, home = PEOPLE[language]
    return Reader(
        address=f"participant-{language}@union.example",
        name=name,
        salutation=salutation,
        gender=gender,
        whereabouts=whereabouts or home,
        language=language,
        digits=digits,
        role=Role.PARTICIPANT,
    )


def letter(
    kind: NoticeKind,
    brief: EventBrief | tuple[EventBrief, ...],
    to: Reader,
    now: datetime = datetime(2020, 1, 19, 10, 0, tzinfo=UTC),
    told: EventFacts | None = None,
    about_day: str | None = None,
    anchor: str = "start",
    left: bool = False,
    funder: Text | None = None,
    privacy_link: str | None = None,
) -> Letter:
    """A letter of `kind` about one event, or the parts of a digest; `today` follows from `now` and the reader."""
    briefs = brief if isinstance(brief, tuple) else (brief,)
    parts = tuple(Part(each, about_day, anchor, told=told) for each in briefs)
    today = wall_clock(now, to.whereabouts.zone).date()
    return Letter(kind, to, parts, now, today, left, funder=funder, privacy_link=privacy_link)


def with_status(brief: EventBrief, status: EventStatus, reason: Text | None = None) -> EventBrief:
    """The same event with another status, and the words that explain it."""
    return replace(brief, facts=replace(brief.facts, status=status), reason=reason or {})


def with_days(brief: EventBrief, *days: DayFacts) -> EventBrief:
    """The same event on other days, by date; days of the same slug keep their UID, those that fall away are removed."""
    uids = {entry.day.slug: entry for entry in brief.entries}
    entries = [_entry(brief.slug, day, number) for number, day in enumerate(days, 1)]
    kept = {day.slug for day in days}
    gone = [replace(entry, number=0, removed=True) for slug, entry in uids.items() if slug not in kept]
    return replace(brief, facts=replace(brief.facts, days=days), entries=(*entries, *gone))


def _brief(programme: str, slug: str, kind: EventKind, days: tuple[DayFacts, ...], **words: object) -> EventBrief:
    brief = EventBrief(
        programme=programme,
        slug=slug,
        kind=kind,
        uid=f"{slug}@convene.example",
        facts=EventFacts(EventStatus.CONFIRMED, days),
        entries=tuple(_entry(slug, day, number) for number, day in enumerate(days, 1)),
        organiser=JILAF,
        programme_title={},
        programme_language="en",
    )
    return replace(brief, **words)  # type: ignore[arg-type]


def _entry(event: str, day: DayFacts, number: int) -> Entry:
    return Entry(day, f"{event}-{day.slug}@convene.example", 0, CREATED, CREATED, number)
