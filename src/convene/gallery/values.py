"""What a gallery is made from: plain values that a rehearsal or the demo hands over. Nothing here reads a database."""

from dataclasses import dataclass
from datetime import datetime

from convene.rules.letter import Words
from convene.rules.vocabulary import Mode, NoticeKind


@dataclass(frozen=True)
class GalleryMail:
    """One notice of one person. `key` is the notice's own; `event` reads "programme/event".

    `sent_at` is the moment (UTC) of sending, or of falling due where it never left; `local` the same moment on the
    reader's clock, naive. `why` is the rule in words, `reason` why it was missed or cancelled ("" else).
    `language_note` says what the reader cannot have yet ("fr: no catalogue yet, reads English"; "" else).
    `english` is the same mail in English, None where the mail is English itself.
    `eml_file` is the path of the bytes, relative to the gallery's folder; the caller writes that file.
    """

    key: str
    kind: NoticeKind
    event: str
    event_title_en: str
    person: str
    person_address: str
    language: str
    language_note: str
    sent_at: datetime
    local: datetime
    timezone: str
    timezone_label: str
    why: str
    state: str
    reason: str
    words: Words
    english: Words | None
    eml_file: str
    role: str
    country: str | None


@dataclass(frozen=True)
class FeedLine:
    """One calendar entry as its reader meets it: the date and hours in words, the title, the STATUS of RFC 5545."""

    when: str
    title: str
    status: str


@dataclass(frozen=True)
class GalleryFeed:
    """One feed. `ics_file` is relative to the gallery's folder; the caller writes that file."""

    title: str
    language: str
    ics_file: str
    entries: tuple[FeedLine, ...]


@dataclass(frozen=True)
class GalleryDay:
    """One day of an event from `start` to `end` (UTC, the end exclusive; both equal for a deadline, and where no end is
    known). `label` tells it from the others; empty where it is the only one. `timed`: its hours are known.
    """

    label: str
    start: datetime
    end: datetime
    mode: Mode
    timed: bool = False


@dataclass(frozen=True)
class GalleryEvent:
    """One lane of the timeline. Programme and slug are the ids of the file; the titles are for the coordinator."""

    programme: str
    slug: str
    title_en: str
    cohort: str | None
    days: tuple[GalleryDay, ...]
    programme_title_en: str = ""


@dataclass(frozen=True)
class Gallery:
    """Everything one gallery shows. `started` and `ended` (UTC) bound what the virtual clock ran through."""

    title: str
    subtitle: str
    mails: tuple[GalleryMail, ...]
    feeds: tuple[GalleryFeed, ...]
    events: tuple[GalleryEvent, ...]
    started: datetime
    ended: datetime
