"""`make demo`: the main job on the real programmes, from their files to mails in an inbox and calendars over HTTP.

A virtual clock steps through seven years; SMTP and HTTP are real, on loopback. `python -m convene.cli.demo --out DIR`.
"""

import argparse
import asyncio
import secrets
import shutil
import sys
import time
import urllib.request
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from convene.cli.demo_inbox import Inbox
from convene.cli.error_report import report
from convene.cli.progress_line import ProgressLine
from convene.cli.tables import print_table, say
from convene.errors import ConflictError, ConveneError
from convene.gallery.pages import write_gallery
from convene.gallery.values import Gallery, GalleryMail
from convene.mail.smtp_pool import SmtpRelay
from convene.resources import resource_folder
from convene.rules.weekdays import written_moment
from convene.smtp_server import Security, SmtpServer
from convene.store.database import Database, open_database
from convene.usecases.delivery.delivery import Delivery
from convene.usecases.delivery.moments import VirtualClock
from convene.usecases.feeds.link_feed import feed_token
from convene.usecases.programmes.apply_programme import apply_programme
from convene.usecases.programmes.read_files import CheckedFile, read_checked
from convene.usecases.rehearsal.live_through import live_through, virtual_start
from convene.usecases.rehearsal.rehearse_programme import event_feeds, write_feed, write_notices
from convene.usecases.rehearsal.show_life import Witnessed, WrittenFeed, gallery_of, write_mails
from convene.web.feed_reading import feed_app
from convene.web.server import running_server
from convene.worker.system_clock import SystemClock

_DATABASE = "convene.db"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; the exit code."""
    parser = argparse.ArgumentParser(prog="make demo", description="The main job of convene on real programmes.")
    parser.add_argument("--out", type=Path, default=Path("build/demo"), help="the folder to write")
    parser.add_argument("--serve", action="store_true", help="stay up and serve the feeds")
    chosen = parser.parse_args(arguments)
    try:
        _run(chosen.out, serve=chosen.serve)
    except ConveneError as error:
        report(error)
        return error.exit_code
    return 0


def _run(out: Path, *, serve: bool) -> None:
    began = time.monotonic()
    _empty(out)
    files = [read_checked(path) for path in sorted((resource_folder("config") / "programmes").glob("*.yaml"))]
    say(f"{len(files)} programmes: {', '.join(file.checked_document.programme.id for file in files)}")
    database = open_database(f"sqlite:///{out / _DATABASE}")
    try:
        inbox, witnessed = Inbox(), Witnessed()
        started = asyncio.run(_live(database, files, inbox, witnessed))
        _compare(database, inbox)
        key = secrets.token_urlsafe(32)
        with running_server(feed_app(database, [key], SystemClock())) as address:
            feeds = _fetch_feeds(database, out, address, key)
            gallery = _write(database, out, witnessed, feeds, started)
            _print_mails(gallery.mails)
            say(f"\n{len(inbox.mails)} mails, {len(feeds)} calendars, {time.monotonic() - began:.0f} seconds.")
            say(f"Look at: {out / 'index.html'}")
            if serve:
                _stay(address)
    finally:
        database.close()


async def _live(database: Database, files: Sequence[CheckedFile], inbox: Inbox, witnessed: Witnessed) -> datetime:
    """Apply each programme at its own beginning, and deliver everything that ever comes due, over SMTP."""
    today = SystemClock().now()
    beginnings = sorted(
        ((virtual_start(database, file, today), file) for file in files), key=lambda beginning: beginning[0]
    )
    clock = VirtualClock(beginnings[0][0])
    async with inbox.listening() as (host, port):
        relay = SmtpRelay(SmtpServer(host, port, Security.NONE))
        say(f"An SMTP server listens on {host}:{port}.")
        delivery = Delivery(database, relay, clock, witness=witnessed.see)
        with ProgressLine("Sending") as progress:
            for place, (start, file) in enumerate(beginnings):
                clock.moment = start
                with database.writing() as session:
                    apply_programme(session, file.checked_document, file.people, file.source, start)
                following = beginnings[place + 1][0] if place + 1 < len(beginnings) else None
                await live_through(delivery, clock, progress.reached, until=following)
        await relay.close()
    return beginnings[0][0]


def _compare(database: Database, inbox: Inbox) -> None:
    """What the server received is what was recorded as sent, byte for byte."""
    with database.reading() as session:
        differing = inbox.differing_from(session)
    if differing:
        raise ConveneError(f"{differing} mails did not arrive as they were recorded.", "this is a fault of convene")


def _fetch_feeds(database: Database, out: Path, address: str, key: str) -> list[WrittenFeed]:
    """Every event's calendar in the languages of its people, fetched over HTTP like a calendar program does."""
    with database.writing() as session:
        wanted = [
            (title, subject, language, feed_token(session, subject, language, [key.encode()], SystemClock().now()))
            for title, subject, language, _ in event_feeds(session)
        ]
    feeds = []
    for title, subject, language, token in wanted:
        with urllib.request.urlopen(f"{address}/feed/{token}.ics", timeout=10) as response:
            feeds.append(write_feed(out, title, subject, language, response.read()))
    return feeds


def _write(
    database: Database, out: Path, witnessed: Witnessed, feeds: Sequence[WrittenFeed], started: datetime
) -> Gallery:
    with database.reading() as session:
        write_mails(session, out)
        write_notices(session, out)
        gallery = gallery_of(session, witnessed, feeds, "Four real programmes", started)
    write_gallery(gallery, out)
    return gallery


def _print_mails(mails: Sequence[GalleryMail]) -> None:
    """Who got what: one line for all readers of the same words at the same time."""
    same: dict[tuple[str, ...], list[GalleryMail]] = {}
    for mail in mails:
        same.setdefault((mail.event, mail.kind, _language(mail), str(mail.local), mail.words.subject), []).append(mail)
    rows = [
        (
            group[0].event,
            group[0].person + (f" +{len(group) - 1}" if len(group) > 1 else ""),
            _language(group[0]),
            written_moment(group[0].local),
            group[0].timezone,
            group[0].words.subject,
        )
        for group in same.values()
    ]
    print_table(("event", "who", "language", "their local time", "zone", "subject"), rows)


def _language(mail: GalleryMail) -> str:
    """The language read; where it is not the person's, both: no catalogue speaks theirs yet."""
    wanted = mail.language_note.partition(":")[0]
    return f"{wanted}: no catalogue yet, {mail.language}" if wanted else mail.language


def _stay(address: str) -> None:
    say(f"The feeds are served on {address} until Ctrl-C; convene feed link prints addresses of your own database.")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        say("Stopped.")


def _empty(out: Path) -> None:
    """Begin afresh, but only in a folder that an earlier demo wrote."""
    if out.exists() and any(out.iterdir()) and not (out / _DATABASE).exists():
        raise ConflictError(f'"{out}" is not empty, and no demo wrote it.', "name another folder with --out")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)


if __name__ == "__main__":
    sys.exit(main())
