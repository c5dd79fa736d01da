"""`convene feed revoke`: an address that got into the wrong hands opens its calendar no more."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from convene.cli.feed_lines import COLUMNS, feed_row
from convene.cli.feed_options import (
    AlarmOption,
    CountryOption,
    EventOption,
    LanguageOption,
    OneBarOption,
    PersonOption,
    ProgrammeOption,
    chosen_language,
    chosen_subject,
)
from convene.cli.mail_preview import answered
from convene.cli.opening import clock, opened, settings
from convene.cli.tables import print_table, say
from convene.errors import ConflictError
from convene.rules.feed_entries import FeedOptions
from convene.store.database import content_version
from convene.usecases.feeds.list_feeds import FeedView
from convene.usecases.feeds.revoke_feed import revoke_feeds


def revoke_command(
    event: EventOption = None,
    programme: ProgrammeOption = None,
    person: PersonOption = None,
    country: CountryOption = None,
    language: LanguageOption = None,
    one_bar: OneBarOption = False,
    alarm: AlarmOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Answer the question before anything is revoked.")] = False,
) -> None:
    """Make every address that was printed of a calendar useless, and that of its page; `feed link` prints the next.

    In all languages and with all options, unless --language, --one-bar or --alarm names some of them.
    """
    subject = chosen_subject(event, programme, person, country)
    wanted = chosen_language(language), FeedOptions(one_bar, alarm)
    chosen = settings()
    now = clock(chosen).now()
    with opened(chosen) as database:
        with database.trying() as session:
            seen = content_version(session)
            found = revoke_feeds(session, subject, *wanted, now)
        if not found.revoked:
            say(_nothing_to_revoke(found.before))
            return
        print_table(COLUMNS[:-1], [feed_row(feed)[:-1] for feed in found.revoked], right=["generation"])
        _ask(len(found.revoked), yes=yes)
        with database.writing(None if yes else seen) as session:
            revoke_feeds(session, subject, *wanted, now)
    say("Revoked. convene feed link prints the next address.")


def _ask(count: int, *, yes: bool) -> None:
    """Raises ConflictError (exit 4) for a no, and where nobody can be asked."""
    calendars = "this calendar" if count == 1 else f"these {count} calendars"
    say(f"Whoever subscribed to {calendars} gets no more changes until you give them the next address.")
    if yes:
        return
    if not sys.stdin.isatty():
        raise ConflictError("Nobody is there to ask, so nothing was changed.", "add --yes")
    if answered("Go on? [y/N] ") != "y":
        raise ConflictError("Nothing was changed.")


def _nothing_to_revoke(before: Sequence[FeedView]) -> str:
    latest = max((feed.revoked_at for feed in before if feed.revoked_at), default=None)
    if latest is None:
        return "Nothing to revoke: no address of it was ever printed."
    return f"Nothing to revoke: that was done on {latest:%Y-%m-%d}, and no address was printed since."
