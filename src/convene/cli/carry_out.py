"""How every command changes something: look what it would do, say it, ask, and only then do it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session

from convene.cli.mail_preview import ask, print_mails, say_not_written
from convene.cli.moved_lines import print_moved
from convene.cli.news_lines import news_lines
from convene.cli.opening import clock, opened, settings
from convene.cli.tables import say
from convene.rules.planned_event import NotWritten
from convene.store.database import content_version
from convene.usecases.planning.event_news import EventNews
from convene.usecases.planning.mails_ahead import MailsAhead

Result = TypeVar("Result")


@dataclass(frozen=True)
class Consequences:
    """What a change brings. `differences` are lines for stdout: where there are none, nothing is written. `news` are
    the events whose facts change, `never_due` what their rules do not write, and why.
    """

    differences: Sequence[str]
    mails: MailsAhead
    ask_above: int
    news: Sequence[EventNews] = ()
    never_due: Counter[tuple[str, NotWritten]] = field(default_factory=Counter)


def carry_out(
    change: Callable[[Session, datetime], Result],
    look: Callable[[Result], Consequences],
    *,
    yes: bool,
    dry_run: bool,
) -> Result | None:
    """Make the change and return what came of it; None where it would change nothing, or was only tried.

    `look` may print what is worth saying. Raises ConflictError (exit 4) where the question is answered with no.
    """
    chosen = settings()
    now = clock(chosen).now()
    with opened(chosen) as database:
        with database.trying() as session:
            seen = content_version(session)
            tried = change(session, now)
        # Not before: what is printed may be read in a pager, and nobody else could write meanwhile.
        found = look(tried)
        if not found.differences:
            say("Nothing changes: it is so already.")
            return None
        _show(found, now)
        if dry_run:
            say("Nothing was changed: this was a dry run.")
            return None
        ask(found.mails, found.ask_above, yes=yes)
        with database.writing(None if yes else seen) as session:
            return change(session, now)


def _show(found: Consequences, now: datetime) -> None:
    for line in (*found.differences, *news_lines(found.news, now)):
        print(line)
    print_moved(found.mails.moved, now)
    print_mails(found.mails, now)
    say_not_written(found.never_due)
