"""Rehearse: a programme's whole life through the same planner and the same composer, into a folder of plain files.

Its own database in memory, no network: every mail is taken by a relay that sends nothing anywhere.
"""

import asyncio
import json
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, select

from convene.gallery.pages import write_gallery
from convene.language.titles import event_title
from convene.mail.relay import Desk, Outgoing, Trouble
from convene.model.programme import Programme
from convene.rules.language_chain import ENGLISH
from convene.rules.smtp_outcome import Outcome, OutcomeKind
from convene.store.database import open_database
from convene.store.programme_rows import load_programme
from convene.usecases.delivery.delivery import Delivery
from convene.usecases.delivery.moments import VirtualClock
from convene.usecases.events.describe_events import event_brief, spoken_languages
from convene.usecases.feeds.publish_feed import FeedSubject, publish_feed
from convene.usecases.planning.list_notices import NoticeFilter, list_notices
from convene.usecases.programmes.apply_programme import apply_programme
from convene.usecases.programmes.read_files import CheckedFile
from convene.usecases.rehearsal.live_through import Progress, live_through, virtual_start
from convene.usecases.rehearsal.show_life import FEEDS, Witnessed, WrittenFeed, eml_file, gallery_of, write_mails


class AcceptingRelay:
    """Takes every mail and sends none."""

    workers = 1
    trouble: Trouble | None = None

    def wake(self, desk: Desk) -> None:
        """Take every mail at once."""
        while (mail := desk.take()) is not None:
            self._ask(desk, mail)

    def keep(self, mail: Outgoing) -> None:
        """A mail has left."""

    def end_soon(self) -> None:
        """No mail waits."""

    async def close(self) -> None:
        """Nothing was opened."""

    def _ask(self, desk: Desk, mail: Outgoing) -> None:
        def go(may_leave: bool) -> None:
            if may_leave:
                self.keep(mail)
            kind = OutcomeKind.ACCEPTED if may_leave else OutcomeKind.WITHDRAWN
            desk.settle(mail, Outcome(kind, "250 rehearsed" if may_leave else ""))

        known = desk.clear(mail, go)
        if known is not None:
            go(known)


def rehearse(file: CheckedFile, out: Path, start: datetime | None, today: datetime, progress: Progress) -> Path:
    """Write `index.html`, `mails/*.eml`, `feeds/*.ics` and `notices.json` under `out`; return the index.

    `start` (UTC) None: 30 days before the first day, or earlier where a notice is due earlier; `today` where the
    programme has no date at all. Raises ContentError where the file is at fault.
    """
    document = file.checked_document
    database = open_database("sqlite://")
    try:
        clock = VirtualClock(start or virtual_start(database, file, today))
        started = clock.moment
        with database.writing() as session:
            apply_programme(session, document, file.people, file.source, started)
        witnessed = Witnessed()
        delivery = Delivery(database, AcceptingRelay(), clock, witness=witnessed.see)
        asyncio.run(live_through(delivery, clock, progress))
        with database.reading() as session:
            out.mkdir(parents=True, exist_ok=True)
            write_mails(session, out)
            write_notices(session, out)
            feeds = [write_feed(out, *feed) for feed in event_feeds(session)]
            title = document.programme.title.get(ENGLISH) or next(iter(document.programme.title.values()))
            return write_gallery(gallery_of(session, witnessed, feeds, title, started), out)
    finally:
        database.close()


def write_notices(session: Session, out: Path) -> None:
    """`notices.json`: the rows of `notice list`, each with the file of its mail (null where none left)."""
    views = list_notices(session, NoticeFilter())
    rows = [view.as_json() | {"file": eml_file(view.key) if view.row.sent_at else None} for view in views]
    text = json.dumps({"version": 1, "notices": rows}, ensure_ascii=False, indent=2)
    (out / "notices.json").write_text(text + "\n", "utf-8")


def event_feeds(session: Session) -> list[tuple[str, FeedSubject, str, bytes]]:
    """Each event's feed in each language that somebody invited reads: title, subject, language, calendar."""
    found = []
    for programme in session.exec(select(Programme).order_by(Programme.slug)):
        rows = load_programme(session, programme)
        for event in rows.events:
            spoken = spoken_languages(rows, event)
            subject = FeedSubject(event=f"{programme.slug}/{event.slug}")
            for language, _ in spoken.most_common():
                title = event_title(event_brief(rows, event), language, None).text
                found.append((title, subject, language, publish_feed(session, subject, language).body))
    return found


def write_feed(out: Path, title: str, subject: FeedSubject, language: str, body: bytes) -> WrittenFeed:
    """Write one calendar under `feeds/`."""
    name = f"{FEEDS}/{(subject.event or 'feed').replace('/', '.')}.{language}.ics"
    (out / FEEDS).mkdir(parents=True, exist_ok=True)
    (out / name).write_bytes(body)
    return WrittenFeed(title, language, body, name)
