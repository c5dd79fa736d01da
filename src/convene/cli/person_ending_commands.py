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
from convene.errors import ConflictError, PartlyFailedError, UsageError
from convene.model.programme import Programme
from convene.programme_file.reading.mail_address import mail_address
from convene.store.database import content_version
from convene.store.freed_pages import overwrite_freed_pages
from convene.store.programme_rows import person_at, programme_named
from convene.usecases.people.erase_person import Erased, erase_person
from convene.usecases.people.unsubscribe_person import UNSUBSCRIBED, subscribe_again, unsubscribe_person
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


_Switch = Callable[[Session, datetime], _Switched]


def unsubscribe_command(
    address: _Address,
    programme: Annotated[
        str | None,
        typer.Option("--programme", metavar="PROGRAMME", help="Only this programme; else every one, later ones too."),
    ] = None,
    all_mail: Annotated[
        bool, typer.Option("--all-mail", help="Not even word of changes and cancellations of what they were told.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Write to them again: they agreed.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Answer the question before mail is caused.")] = False,
    dry_run: _DryRun = False,
) -> None:
    """Write to a person no more; what waits for them is cancelled.

    They get no invitations, reminders and follow-ups. Of what they were told they still hear when it changes or is
    cancelled, without --all-mail. They stay on the lists of participants and in their calendars. With --undo they get
    what lies ahead, and nothing of what was due meanwhile; an address that a server refused is tried again.
    """
    if undo and all_mail:
        raise UsageError("--undo brings all mail back, and --all-mail ends it.", "use one of the two")
    known = mail_address(address)
    switch = _on(known, programme) if undo else _off(known, programme, all_mail=all_mail)
    sentence = "they get e-mails again" if undo else _ended(all_mail=all_mail)
    if programme is not None:
        sentence = f"{programme}: {sentence}"

    def look(found: _Switched) -> Consequences:
        return Consequences([f"{known}: {sentence}"] if found.changed else [], found.mails, ask_above=1)

    if carry_out(switch, look, yes=yes, dry_run=dry_run):
        say("Done.")


def _ended(*, all_mail: bool) -> str:
    return "they get no more e-mails" if all_mail else "they get only changes and cancellations of what they were told"


def _off(address: str, programme: str | None, *, all_mail: bool) -> _Switch:
    def switch(session: Session, now: datetime) -> _Switched:
        person, named = person_at(session, address), _named(session, programme)
        done = unsubscribe_person(session, person, named, now, all_mail=all_mail)
        called_off = +Counter({UNSUBSCRIBED: done.cancelled})  # without a zero
        return _Switched(done.changed or done.cancelled > 0, MailsAhead(called_off=called_off))

    return switch


def _on(address: str, programme: str | None) -> _Switch:
    def switch(session: Session, now: datetime) -> _Switched:
        person, named = person_at(session, address), _named(session, programme)
        mails = subscribe_again(session, person, named, now)
        return _Switched(mails is not None, MailsAhead() if mails is None else mails)

    return switch


def _named(session: Session, programme: str | None) -> Programme | None:
    return None if programme is None else programme_named(session, programme)


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
