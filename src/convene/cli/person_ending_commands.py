"""`convene person unsubscribe | erase`: no more mail to a person, or nothing left of them."""

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer
from sqlmodel import Session

from convene.cli.carry_out import Consequences, carry_out
from convene.cli.mail_preview import answered
from convene.cli.opening import clock, opened, settings
from convene.cli.tables import say
from convene.errors import ConflictError, PartlyFailedError
from convene.programme_file.reading.mail_address import mail_address
from convene.store.database import content_version
from convene.store.freed_pages import overwrite_freed_pages
from convene.store.programme_rows import person_at
from convene.usecases.people.erase_person import Erased, erase_person
from convene.usecases.people.unsubscribe_person import UNSUBSCRIBED, gets_no_mail, subscribe_again, unsubscribe_person
from convene.usecases.planning.mails_ahead import MailsAhead

_Address = Annotated[str, typer.Argument(metavar="ADDRESS", show_default=False)]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Show everything, store nothing.")]


def add_ending_commands(app: typer.Typer) -> None:
    """The commands of this module, under `convene person`."""
    app.command("unsubscribe")(unsubscribe_command)
    app.command("erase")(erase_command)


@dataclass(frozen=True)
class _Switched:
    """Whether the person's mails were switched off or on, and what follows."""

    changed: bool
    mails: MailsAhead


def unsubscribe_command(
    address: _Address,
    undo: Annotated[bool, typer.Option("--undo", help="Write to them again: they agreed.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Answer the question before mail is caused.")] = False,
    dry_run: _DryRun = False,
) -> None:
    """Write to a person no more, in any programme; what waits for them is cancelled.

    They stay on the lists of participants and in their calendars. With --undo they get what lies ahead, and nothing of
    what was due meanwhile; an address that a server refused is tried again.
    """
    known = mail_address(address)
    switch: Callable[[Session, datetime], _Switched] = _on(known) if undo else _off(known)
    sentence = "they get e-mails again" if undo else "they get no more e-mails"

    def look(found: _Switched) -> Consequences:
        return Consequences([f"{known}: {sentence}"] if found.changed else [], found.mails, ask_above=1)

    if carry_out(switch, look, yes=yes, dry_run=dry_run):
        say("Done.")


def _off(address: str) -> Callable[[Session, datetime], _Switched]:
    def switch(session: Session, now: datetime) -> _Switched:
        person = person_at(session, address)
        was_on = person.unsubscribed_at is None
        cancelled = unsubscribe_person(session, person, now)
        called_off = +Counter({UNSUBSCRIBED: cancelled})  # without a zero
        return _Switched(was_on or cancelled > 0, MailsAhead(called_off=called_off))

    return switch


def _on(address: str) -> Callable[[Session, datetime], _Switched]:
    def switch(session: Session, now: datetime) -> _Switched:
        person = person_at(session, address)
        was_off = gets_no_mail(person)
        return _Switched(was_off, subscribe_again(session, person, now))

    return switch


def erase_command(
    address: _Address,
    yes: Annotated[bool, typer.Option("--yes", help="Answer the question before anything is deleted.")] = False,
) -> None:
    """Delete everything about a person: their invitations, their mails and what they were told. It cannot be undone.

    A keyed hash of the address stays, so that no file brings it back by mistake. Only `person add --allow-erased` does.
    Back-ups and files outside convene keep what they have.
    """
    known = mail_address(address)
    chosen = settings()
    now = clock(chosen).now()
    with opened(chosen) as database:
        with database.trying() as session:
            seen = content_version(session)
            found = erase_person(session, known, now)
        if found.before is None:
            _ask(found, yes=yes)
            with database.writing(None if yes else seen) as session:
                erase_person(session, known, now)
        if not overwrite_freed_pages(database.engine):
            raise PartlyFailedError(
                "The rows are deleted, but other programs read the database, and its file may hold the address still.",
                "run the same command again in a moment; stop serve and worker if it does not end well",
            )
    say(f"It was erased on {found.before:%Y-%m-%d} already." if found.before else "Erased.")


def _ask(found: Erased, *, yes: bool) -> None:
    rows = ", ".join(f"{count} {name}" for name, count in found.rows.items() if count)
    say(f"This deletes the person{f', {rows}' if rows else ''}. It cannot be undone.")
    if yes:
        return
    if not sys.stdin.isatty():
        raise ConflictError("Nobody is there to ask, so nothing was changed.", "add --yes")
    if answered("Go on? [y/N] ") != "y":
        raise ConflictError("Nothing was changed.")
