"""`convene feed export | link | list`, and the way to `revoke`."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from sqlmodel import Session

from convene.cli.command_group import command_group
from convene.cli.feed_lines import COLUMNS, LINK_COLUMNS, PrintedLink, feed_row, link_row
from convene.cli.feed_options import (
    AlarmOption,
    CountryOption,
    EventOption,
    LanguageOption,
    OneBarOption,
    PeopleOption,
    PersonOption,
    ProgrammeOption,
    chosen_language,
    chosen_subject,
)
from convene.cli.feed_revoke_command import revoke_command
from convene.cli.opening import clock, opened, settings
from convene.cli.tables import print_json, print_table, say
from convene.errors import ConveneError, UsageError
from convene.model.link import FeedLink
from convene.rules.feed_entries import FeedOptions
from convene.settings import Settings
from convene.smtp_server import is_loopback
from convene.store.people_rows import in_chunks
from convene.usecases.feeds.feed_addresses import feed_addresses
from convene.usecases.feeds.link_feed import give_link, given_link
from convene.usecases.feeds.link_people import feeds_of_people
from convene.usecases.feeds.list_feeds import list_feeds
from convene.usecases.feeds.publish_feed import FeedSubject, publish_feed

app = command_group("Write calendars; print, list and revoke their addresses.")


def command(_: str) -> Any:
    return typer.main.get_command(app)


@app.command("export")
def export_command(
    event: EventOption = None,
    programme: ProgrammeOption = None,
    person: PersonOption = None,
    country: CountryOption = None,
    language: LanguageOption = None,
    one_bar: OneBarOption = False,
    alarm: AlarmOption = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="A file; else stdout.")] = None,
) -> None:
    """Write one calendar as iCalendar text."""
    subject = chosen_subject(event, programme, person, country)
    with opened(settings()) as database, database.reading() as session:
        feed = publish_feed(session, subject, chosen_language(language), FeedOptions(one_bar, alarm))
    if output is None:
        sys.stdout.buffer.write(feed.body)
    else:
        output.write_bytes(feed.body)


@app.command("link")
def link_command(
    event: EventOption = None,
    programme: ProgrammeOption = None,
    person: PersonOption = None,
    country: CountryOption = None,
    language: LanguageOption = None,
    one_bar: OneBarOption = False,
    alarm: AlarmOption = None,
    people: PeopleOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the secret addresses of one calendar: as one copies it, for a calendar program (webcal), and that of the
    page that says how to subscribe.

    The same each time, until they are revoked. Without --language: in the language of the person, else the programme's.
    With --people: a table of those of each person's own calendar.
    """
    subject = chosen_subject(event, programme, person, country)
    if people and not (event or programme):
        raise UsageError("--people needs to know whose people.", "give --event or --programme with it")
    wanted = chosen_language(language), FeedOptions(one_bar, alarm)
    links = _links(settings(), partial(feeds_of_people, of=subject) if people else lambda _: [subject], *wanted)
    if as_json:
        print_json("links", [link.as_json() for link in links])
    elif people:
        print_table(LINK_COLUMNS, [link_row(link) for link in links])
    else:
        [link] = links
        print(f"{link.addresses.url}\n{link.addresses.webcal}\n{link.addresses.page}")
    if not links:
        say("Nobody is invited, so there is nobody's calendar.")


@app.command("list")
def list_command(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Every calendar of which an address was printed; the address itself only `feed link` prints."""
    with opened(settings()) as database, database.reading() as session:
        feeds = list_feeds(session)
    if as_json:
        print_json("feeds", [feed.as_json() for feed in feeds])
        return
    print_table(COLUMNS, [feed_row(feed) for feed in feeds], right=["generation"])
    if not feeds:
        say("No address was printed yet: convene feed link prints one.")


def _links(
    chosen: Settings, choose: Callable[[Session], list[FeedSubject]], language: str | None, options: FeedOptions
) -> list[PrintedLink]:
    """Writes only what is new: after every write the workers look anew at what they know."""
    printed: dict[FeedSubject, PrintedLink] = {}

    def note(subject: FeedSubject, link: FeedLink) -> None:
        addresses = feed_addresses(chosen.base_url, link, [key.encode() for key in chosen.secret_keys])
        printed[subject] = PrintedLink(subject, link.language, addresses)

    with opened(chosen) as database:
        with database.reading() as session:
            subjects = choose(session)
            given = {subject: given_link(session, subject, language, options) for subject in subjects}
            _refuse_without_address(chosen)
            for subject, link in given.items():
                if link is not None:
                    note(subject, link)
        for some in in_chunks([subject for subject in subjects if subject not in printed]):
            with database.writing() as session:
                for subject in some:
                    note(subject, give_link(session, subject, language, clock(chosen).now(), options))
    return [printed[subject] for subject in subjects]


def _refuse_without_address(chosen: Settings) -> None:
    """An address that nobody told us would be printed, sent around, and open nothing."""
    if chosen.source["base_url"] == "the default":
        raise ConveneError(
            "It is not set under which address this service is reached, so no link would open.",
            "set CONVENE_BASE_URL, such as https://convene.example",
        )
    if is_loopback(urlsplit(chosen.base_url).hostname or ""):
        say(f"{chosen.base_url} is this machine: the links open here alone.")


app.command("revoke")(revoke_command)
