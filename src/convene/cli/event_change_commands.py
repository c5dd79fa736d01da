"""`convene event add | edit | move | postpone | cancel`: what a file can do to one event, without the file."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer
from sqlmodel import Session

from convene.cli import event_options as options
from convene.cli.carry_out import Consequences, carry_out
from convene.cli.erased_entries import erased_entries
from convene.cli.error_report import print_problems
from convene.cli.mail_preview import NOTHING_LEAVES
from convene.cli.tables import say
from convene.errors import UsageError
from convene.programme_file.edits.moved_event import Move
from convene.usecases.events.add_event import add_event
from convene.usecases.events.change_event import ChangedEvent
from convene.usecases.events.edit_event import Edit, edit_event
from convene.usecases.events.move_event import move_event
from convene.usecases.events.set_event_aside import cancel_event, postpone_event
from convene.usecases.programmes.diff_documents import diff_documents

_Name = Annotated[str, typer.Argument(metavar="EVENT", help="event, or programme/event", show_default=False)]
_NewName = Annotated[str, typer.Argument(metavar="PROGRAMME/ID", help="the event's new id", show_default=False)]
_Yes = Annotated[bool, typer.Option("--yes", help="Answer the question before mail is caused.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Show everything, store nothing.")]
_Past = Annotated[bool, typer.Option("--past", help="Take a start that has passed: history is data.")]
_Reason = Annotated[
    list[str] | None,
    typer.Option("--reason", metavar="TEXT", help="Told in the mail, as written; km=... in another language."),
]


def add_commands(app: typer.Typer) -> None:
    """The commands of this module, under `convene event`."""
    app.command("add")(add_command)
    app.command("edit")(edit_command)
    app.command("move")(move_command)
    app.command("postpone")(postpone_command)
    app.command("cancel")(cancel_command)


def add_command(
    context: typer.Context,
    event: _NewName,
    kind: options.Kind = None,
    title: options.Title = None,
    short_title: options.ShortTitle = None,
    description: options.Description = None,
    status: options.Status = None,
    reason: options.Reason = None,
    series: options.Series = None,
    number: options.Number = None,
    cohort: options.Cohort = None,
    same_as: options.SameAs = None,
    starts: options.Starts = None,
    part_of: options.PartOf = None,
    venue: options.Venue = None,
    timezone: options.Timezone = None,
    organiser: options.Organiser = None,
    days: options.Days = None,
    due: options.Due = None,
    capacity: options.Capacity = None,
    target: options.Target = None,
    invite: options.Invite = None,
    invitations: options.Invitations = None,
    reminders: options.Reminders = None,
    follow_ups: options.FollowUps = None,
    announced_as: options.AnnouncedAs = None,
    spoken: options.Spoken = None,
    materials: options.Materials = None,
    alarms: options.Alarms = None,
    past: _Past = False,
    yes: _Yes = False,
    dry_run: _DryRun = False,
) -> None:
    """Add an event to a programme: as if it were written at the end of the file, and the file applied.

    \b
    convene event add sgra-cambodia/dac-4 --series dac --number 4 --venue phnom-penh \\
        --day "Mon 2020-07-20 09:00-11:30" --invite dac-members

    \b
    DAY   "Mon 2020-01-20"                        all day: no hour is printed
          "Mon 2020-01-20 09:00"                  no end is printed
          "Mon 2020-01-20 until Wed 2020-01-22"   a window, or a visit
          "to be decided", "October 2027"
          with keys of the file behind it:
          "Thu 2022-01-13 14:00-16:30, mode: live, timezone: Asia/Tokyo"
    DUE   "Fri 2022-02-11", "Fri 2022-02-11 18:00, timezone: Asia/Tokyo"

    Anything written in braces is the file's own form, as in {on: Mon 2020-01-20, title: {km: ...}}. "none" for
    --invite, --reminder, --follow-up and --invitation is the file's [].
    """
    words = options.written_keys(context.params)
    changed = _carry_out(
        lambda session, now: add_event(session, event, words, now, past=past), yes=yes, dry_run=dry_run
    )
    _say_done("Added", changed)


def edit_command(
    context: typer.Context,
    event: _Name,
    rename: Annotated[
        str | None, typer.Option("--rename", metavar="ID", help="A new id; people, entries and links stay with it.")
    ] = None,
    kind: options.Kind = None,
    title: options.Title = None,
    short_title: options.ShortTitle = None,
    description: options.Description = None,
    status: options.Status = None,
    reason: options.Reason = None,
    series: options.Series = None,
    number: options.Number = None,
    cohort: options.Cohort = None,
    same_as: options.SameAs = None,
    starts: options.Starts = None,
    part_of: options.PartOf = None,
    venue: options.Venue = None,
    timezone: options.Timezone = None,
    organiser: options.Organiser = None,
    days: options.Days = None,
    remove_day: Annotated[
        list[str] | None, typer.Option("--remove-day", metavar="ID", help="Such as d2. Repeatable.")
    ] = None,
    due: options.Due = None,
    capacity: options.Capacity = None,
    target: options.Target = None,
    invite: options.Invite = None,
    uninvite: Annotated[
        list[str] | None, typer.Option("--uninvite", metavar="WHO", help="A group or an address. Repeatable.")
    ] = None,
    invitations: options.Invitations = None,
    reminders: options.Reminders = None,
    follow_ups: options.FollowUps = None,
    announced_as: options.AnnouncedAs = None,
    spoken: options.Spoken = None,
    materials: options.Materials = None,
    alarms: options.Alarms = None,
    correct: Annotated[
        bool, typer.Option("--correct", help="Mend the record of an event that was held; it mails nobody.")
    ] = False,
    past: _Past = False,
    yes: _Yes = False,
    dry_run: _DryRun = False,
) -> None:
    """Change an event: what is named changes, the rest stays. An empty value ("") leaves a key out.

    \b
    convene event edit dac-3 --venue phnom-penh --title km="..." --reminder none
    convene event edit dac-3 --day "Tue 2020-01-21 09:00-11:30"           one day more
    convene event edit dac-3 --day "Tue 2020-01-21 10:00, id: d2"         in the place of d2
    convene event edit dac-3 --invite "lecturer@zenrosai.example, role: speaker" --uninvite staff
    convene event edit dac-3 --correct --day "Mon 2020-01-20 09:30-11:30, id: d1"

    Texts change in the languages named. --day and --invite add to what is there, or replace what has that id, that
    group or that address; the other repeatable options replace their whole list. Days, due and the rest are written
    as for `convene event add`.
    """
    edit = Edit(options.written_keys(context.params), remove_day or (), uninvite or (), rename)
    changed = _carry_out(
        lambda session, now: edit_event(session, event, edit, now, correct=correct, past=past),
        yes=yes,
        dry_run=dry_run,
    )
    _say_done("Corrected" if correct else "Changed", changed)


def move_command(
    event: _Name,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="The new date, of the first day.")] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="SPAN", help='"2 days", "1 week", "3 days earlier".')
    ] = None,
    day: Annotated[str | None, typer.Option("--day", metavar="ID", help="This day alone, such as d2.")] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="HH:MM", help="When the day starts.")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="HH:MM", help="When it ends.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="Its last date.")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="HH:MM", help="The hour of a deadline.")] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", metavar="ZONE", help="Whose clock that is.")] = None,
    fold: Annotated[
        str | None, typer.Option("--fold", metavar="WHICH", help="earlier or later, of an hour that clocks show twice.")
    ] = None,
    venue: Annotated[str | None, typer.Option("--venue", metavar="ID", help="Where it takes place.")] = None,
    link: Annotated[str | None, typer.Option("--link", metavar="URL", help="Where to join online.")] = None,
    announced_as: options.AnnouncedAs = None,
    past: _Past = False,
    yes: _Yes = False,
    dry_run: _DryRun = False,
) -> None:
    """Move an event. Whoever was told otherwise gets one mail with old and new; calendar entries stay the same ones.

    \b
    convene event move dac-3 --on "Wed 2020-01-22"            the first day; the others keep their distance
    convene event move dac-3 --by "1 week"                    every day by as much
    convene event move ewc-2 --day d2 --on "Sat 2015-07-04"   one day alone
    convene event move dac-3 --from 10:00 --to 12:30          of an event with one day, or with --day
    convene event move essays --on "Fri 2022-02-18" --at 18:00

    A new date confirms again what was postponed or cancelled. An empty value ("") leaves a key of the day out. An
    event that was held is not moved: see `convene event edit --correct`.
    """
    written = {
        "from": start, "to": end, "until": until, "at": at, "timezone": timezone, "fold": fold, "venue": venue,
        "link": link,
    }  # fmt: skip
    move = Move(on, by, day, [(key, value) for key, value in written.items() if value is not None], announced_as)
    if on is None and by is None and not move.keys:
        raise UsageError("Nothing says where to.", "add --on, --by, --from, --to, --venue or --link")
    if on is not None and by is not None:
        raise UsageError("A date and a span exclude each other.", "write either --on or --by")
    changed = _carry_out(
        lambda session, now: move_event(session, event, move, now, past=past), yes=yes, dry_run=dry_run
    )
    _say_done("Moved", changed)


def postpone_command(event: _Name, reason: _Reason = None, yes: _Yes = False, dry_run: _DryRun = False) -> None:
    """Postpone an event: its entries are marked, everybody who was told gets one mail, and nobody is reminded.

    Once there is a new date, `convene event move` confirms it again, under the same calendar entries.
    """
    changed = _carry_out(
        lambda session, now: postpone_event(session, event, reason or (), now), yes=yes, dry_run=dry_run
    )
    _say_done("Postponed", changed)


def cancel_command(event: _Name, reason: _Reason = None, yes: _Yes = False, dry_run: _DryRun = False) -> None:
    """Cancel an event: its entries stay in feeds, marked, and everybody who was told of it gets one mail.

    `convene event move` and `convene event edit --status confirmed` confirm it again.
    """
    changed = _carry_out(lambda session, now: cancel_event(session, event, reason or (), now), yes=yes, dry_run=dry_run)
    _say_done("Cancelled", changed)


def _carry_out(change: Callable[[Session, datetime], ChangedEvent], *, yes: bool, dry_run: bool) -> ChangedEvent | None:
    return carry_out(change, _look, yes=yes, dry_run=dry_run)


def _look(changed: ChangedEvent) -> Consequences:
    print_problems([*changed.problems, *erased_entries(changed.applied.people.erased, changed.name)])
    applied = changed.applied
    differences = [f"  {line}" for line in diff_documents(applied.before, applied.after)]
    planned, ask_above = applied.planned, applied.after.programme.ask_above
    return Consequences(differences, planned.mails, ask_above, applied.news, planned.never_due)


def _say_done(verb: str, changed: ChangedEvent | None) -> None:
    if changed is not None:
        say(f"{verb}: {changed.name}. {NOTHING_LEAVES}")
