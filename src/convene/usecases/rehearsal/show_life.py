"""What a rehearsal or the demo sent, as the values that a gallery is made from."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from icalendar import Calendar
from sqlmodel import Session, select

from convene.gallery.values import FeedLine, Gallery, GalleryDay, GalleryEvent, GalleryFeed, GalleryMail
from convene.language.dates import long_date, time_range
from convene.language.titles import event_title
from convene.language.zone_labels import place_name, zone_label
from convene.mail.compose import compose
from convene.model.event import Event
from convene.model.notice import Message
from convene.model.programme import Programme
from convene.rules.facts import DayFacts, EventBrief, Whereabouts
from convene.rules.language_chain import ENGLISH
from convene.rules.letter import Letter, Words
from convene.rules.notice_key import notice_key
from convene.rules.vocabulary import Mode, NoticeKind
from convene.rules.zones import wall_clock
from convene.store.notice_keys import secret_of
from convene.store.programme_rows import ProgrammeRows, load_programme
from convene.usecases.delivery.make_mail import bytes_on_record
from convene.usecases.events.describe_events import event_brief, standing
from convene.usecases.planning.list_notices import NoticeFilter, NoticeView, list_notices

MAILS = "mails"
FEEDS = "feeds"


@dataclass
class Witnessed:
    """Every letter of a life with its words, in the reader's language and in English, by the key of its notice."""

    words: dict[str, tuple[Words, Words | None]] = field(default_factory=dict)

    def see(self, key: str, letter: Letter, words: Words) -> None:
        """The witness that `Delivery` wants."""
        english = None
        if words.language != ENGLISH:
            english = compose(replace(letter, reader=replace(letter.reader, language=ENGLISH, digits=None)))
        self.words[key] = (words, english)


@dataclass(frozen=True)
class WrittenFeed:
    """A calendar as it was fetched or published, and the file (relative to the gallery) it was written to."""

    title: str
    language: str
    body: bytes
    file: str


def write_mails(session: Session, out: Path) -> None:
    """Write every mail that left as `mails/KEY.eml`: exactly its bytes."""
    (out / MAILS).mkdir(parents=True, exist_ok=True)
    secret = secret_of(session)
    for notice_id in session.exec(select(Message.notice_id)).all():
        found = bytes_on_record(session, secret, notice_id)
        if found is not None:
            (out / eml_file(notice_key(notice_id, secret))).write_bytes(found[2])


def eml_file(key: str) -> str:
    return f"{MAILS}/{key}.eml"


def gallery_of(
    session: Session, witnessed: Witnessed, feeds: Sequence[WrittenFeed], title: str, started: datetime
) -> Gallery:
    """The gallery of everything that left, in order. `started` (UTC) is where the virtual clock began."""
    programmes = {
        row.slug: load_programme(session, row) for row in session.exec(select(Programme).order_by(Programme.slug))
    }
    views = [view for view in list_notices(session, NoticeFilter()) if view.key in witnessed.words]
    mails = tuple(_mail(programmes, view, witnessed) for view in views if view.row.sent_at)
    ended = max((mail.sent_at for mail in mails), default=started)
    days = (ended - started).days
    return Gallery(
        title=title,
        subtitle=f"{len(mails)} mails in {days} days of a virtual clock",
        mails=mails,
        feeds=tuple(_feed(feed) for feed in feeds),
        events=tuple(_event(rows, event) for rows in programmes.values() for event in rows.events),
        started=started,
        ended=ended,
    )


def _mail(programmes: dict[str, ProgrammeRows], view: NoticeView, witnessed: Witnessed) -> GalleryMail:
    row = view.row
    programme, _, slug = view.events[0].partition("/")
    rows = programmes[programme]
    known = standing(rows, view.person)
    words, english = witnessed.words[view.key]
    sent_at = row.sent_at or row.due_at
    wanted = known.language.wanted
    return GalleryMail(
        key=view.key,
        kind=NoticeKind(view.cause.kind),
        event=view.events[0],
        event_title_en=event_title(event_brief(rows, rows.events_by_slug[slug]), ENGLISH, None).text,
        person=view.person.name or view.person.address,
        person_address=view.person.address,
        language=words.language,
        language_note=f"{wanted}: no catalogue yet, reads English" if wanted else "",
        sent_at=sent_at,
        local=wall_clock(sent_at, row.timezone),
        timezone=row.timezone,
        timezone_label=zone_label(known.whereabouts, ENGLISH),
        why=view.why,
        state=row.state,
        reason=row.reason or "",
        words=words,
        english=english,
        eml_file=eml_file(view.key),
        role=row.role,
        country=known.country,
    )


def _event(rows: ProgrammeRows, event: Event) -> GalleryEvent:
    brief = event_brief(rows, event)
    return GalleryEvent(
        programme=rows.programme.slug,
        slug=event.slug,
        title_en=event_title(brief, ENGLISH, None).text,
        cohort=event.cohort,
        days=tuple(_day(number, day, brief) for number, day in enumerate(brief.facts.days, 1)),
        programme_title_en=rows.programme.title.get(ENGLISH, rows.programme.slug),
    )


def _day(number: int, day: DayFacts, brief: EventBrief) -> GalleryDay:
    label = f"day {number}" if len(brief.facts.days) > 1 else ""
    timed = day.start is not None
    without_end = day.mode is Mode.DEADLINE or (timed and day.end is None)
    return GalleryDay(label, day.starts_at(), day.starts_at() if without_end else day.ends_at(), day.mode, timed)


def _feed(feed: WrittenFeed) -> GalleryFeed:
    """The feed as a calendar program reads it: parsed from its bytes."""
    events = Calendar.from_ical(feed.body).walk("VEVENT")
    lines = tuple(
        FeedLine(
            _when(event.decoded("DTSTART"), event.decoded("DTEND", None), feed.language),
            str(event["SUMMARY"]),
            str(event.get("STATUS", "")),
        )
        for event in events
    )
    return GalleryFeed(feed.title, feed.language, feed.file, lines)


def _when(start: object, end: object, language: str) -> str:
    """The date, and the hours of a timed entry with the place of its clock, in the feed's language."""
    if not isinstance(start, datetime):
        first, last = start, end - timedelta(days=1) if end else start  # type: ignore[operator]
        shown = long_date(first, language, None)  # type: ignore[arg-type]
        return shown if last == first else f"{shown} – {long_date(last, language, None)}"  # type: ignore[arg-type]
    hours = time_range(start.time(), end.time() if isinstance(end, datetime) else None, language, None)
    place = place_name(Whereabouts(str(start.tzinfo)), language)
    return f"{long_date(start.date(), language, None)} · {hours} · {place}"
