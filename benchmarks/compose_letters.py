"""What the composing benchmark writes: the invitation to a webinar, in each language to readers where it is spoken."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from benchmarks.mail_programme import ORGANISER

from convene.ical.attendee import attendee_line
from convene.ical.itip import calendar_part
from convene.language.countries import countries
from convene.language.languages import LANGUAGES
from convene.mail.compose import compose, greeting_of
from convene.mail.mail_text import Personal, Writer, mail_text
from convene.mail.slots import Slot, mark
from convene.rules.facts import DayFacts, Entry, EventBrief, EventFacts, Organiser, Whereabouts
from convene.rules.letter import Letter, Part, Reader
from convene.rules.vocabulary import EventKind, EventStatus, Mode, NoticeKind, Role

NOW = datetime(2027, 4, 1, 2, tzinfo=UTC)
LINK = "https://convene.example/u/0123456789abcdef.aaaabbbbccccddddeeeeffffgggghhhh"
_DAY = DayFacts("d1", date(2027, 4, 20), time(13), time(14, 30), None, "UTC", Mode.LIVE, link="https://meet.example/5")
_WEBINAR = EventBrief(
    programme="benchmark",
    slug="webinar",
    uid="webinar@convene.example",
    kind=EventKind.WEBINAR,
    facts=EventFacts(EventStatus.CONFIRMED, (_DAY,)),
    entries=(Entry(_DAY, "d1@convene.example", 0, NOW, NOW, 1),),
    organiser=Organiser("The office", ORGANISER),
    programme_title={"en": "Social dialogue across borders"},
    programme_language="en",
    title={"en": "Social dialogue in practice"},
    description={"en": "Three teams tell how they did it; then we work in groups on the plans of the coming year."},
    audience=tuple(Whereabouts(zone) for zone in ("Asia/Phnom_Penh", "Asia/Dhaka", "Asia/Tokyo", "Europe/Paris")),
)


def letter_in(language: str) -> Letter:
    """The invitation to the first reader of `language`."""
    country = countries()[LANGUAGES[language].locale.partition("_")[2]]
    home = Whereabouts(country.zones[0], country.code)
    reader = Reader("participant-1@people.example", "Participant 1", "", None, home, language, None, Role.PARTICIPANT)
    return Letter(NoticeKind.INVITATION, reader, (Part(_WEBINAR),), NOW, NOW.date(), unsubscribe_link=LINK)


def writer_of(letter: Letter) -> Writer:
    """The words for every reader of the same language and clock, composed anew."""
    shared = replace(letter, unsubscribe_link=mark(Slot.UNSUBSCRIBE))
    words, part = compose(shared, greeting=mark(Slot.GREETING)), calendar_part(letter, ORGANISER)
    organiser = letter.event.organiser
    return Writer(mail_text(words, part, organiser.email, organiser.name, organiser.email, "benchmark.webinar"))


def mail_to(number: int, letter: Letter, writer: Writer) -> bytes:
    """The mail to the reader `number`: all that is their own put into the words."""
    reader = replace(letter.reader, address=f"participant-{number}@people.example", name=f"Participant {number}")
    greeting, attendee = greeting_of(reader), attendee_line(reader, asked=True)
    key = f"{number:016x}"
    return writer.mail(Personal(key, reader.address, reader.name, greeting, LINK, True, attendee, NOW))
