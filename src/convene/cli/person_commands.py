"""`convene person import | list | show`, and the way to the commands that change one person."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session

from convene.cli.command_group import command_group
from convene.cli.erased_entries import erased_entries
from convene.cli.error_report import print_problems
from convene.cli.mail_preview import ask, print_mails
from convene.cli.moved_lines import print_moved
from convene.cli.opening import clock, opened, settings
from convene.cli.person_change_commands import add_commands
from convene.cli.person_ending_commands import add_ending_commands
from convene.cli.stored_warnings import say_warnings
from convene.cli.tables import print_json, print_table, say
from convene.errors import ContentError
from convene.programme_file.reading.mail_address import mail_address
from convene.store.database import content_version
from convene.store.people_without_mail import ONLY_CORRECTIONS
from convene.store.programme_rows import programme_named
from convene.usecases.people.import_people import take_people
from convene.usecases.people.list_people import PersonView, list_people
from convene.usecases.people.show_person import PersonShown, show_person
from convene.usecases.programmes.read_files import read_people_file

app = command_group("Import, list, show, add, edit, unsubscribe and erase people.")
_COLUMNS = ("salutation", "country", "language", "timezone", "digits", "gender", "organisation", "side")


def command(_: str) -> Any:
    return typer.main.get_command(app)


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file.", show_default=False)],
    programme: Annotated[
        str | None,
        typer.Option("--programme", metavar="PROGRAMME", help="Also take groups and roles, into this programme."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Answer the question before mail is caused.")] = False,
) -> None:
    """Take people from a CSV: filled cells change a person, empty ones never clear."""
    entries, problems = read_people_file(file)
    if any(problem.is_error for problem in problems):
        raise ContentError(problems)
    print_problems(problems)
    chosen = settings()
    now = clock(chosen).now()
    with opened(chosen) as database:
        with database.trying() as session:
            seen = content_version(session)
            taken = take_people(session, entries, programme, now)
            ask_above = _ask_above(session, programme)
        print_moved(taken.mails.moved, now)
        print_mails(taken.mails, now)
        ask(taken.mails, ask_above, yes=yes)
        with database.writing(None if yes else seen) as session:
            taken = take_people(session, entries, programme, now)
    print_problems(erased_entries(taken.people.erased, str(file)))
    for changes in taken.people.changed.values():
        say(f"  changed: {', '.join(changes)}")
    if programme is None and any(entry.groups or entry.role for entry in entries):
        say("Groups and roles belong to a programme: name it with --programme to take them.")
    same = len(entries) - len(taken.people.added) - len(taken.people.changed) - len(taken.people.erased)
    say(f"Done: {len(taken.people.added)} new, {len(taken.people.changed)} changed, {same} as they were.")


@app.command("list")
def list_command(
    programme: Annotated[
        str | None, typer.Option("--programme", metavar="PROGRAMME", help="Only this programme.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Everybody, by address."""
    with opened(settings()) as database, database.reading() as session:
        if programme is not None:
            programme_named(session, programme)
        people = list_people(session, programme)
    if as_json:
        print_json("people", [person.as_json() for person in people])
        return
    columns = ("address", "name", "country", "language", "zone", "organisation", "programmes", "no mail")
    rows = [
        (
            view.row.address,
            view.row.name,
            view.row.country or "",
            view.row.language or "",
            view.row.timezone or "",
            view.row.organisation or "",
            ", ".join(view.programmes),
            view.no_mail,
        )
        for view in people
    ]
    print_table(columns, rows)
    if not people:
        say("There is nobody yet: convene person import FILE brings some.")


@app.command("show")
def show_command(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", show_default=False)],
    told: Annotated[
        bool, typer.Option("--told", help="Also what they were told last of each event, and when.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """One person: their columns, programmes, groups, invitations and notices; --json prints everything that is kept."""
    chosen = settings()
    with opened(chosen) as database, database.reading() as session:
        shown = show_person(session, mail_address(address))
        say_warnings(session, clock(chosen).now())
    if as_json:
        print_json("person", shown.as_json())
        return
    _print_person(shown)
    if told:
        _print_told(shown)


def _print_person(shown: PersonShown) -> None:
    person = shown.person.row
    print(f"{person.address}  {person.name}".rstrip())
    for name in _COLUMNS:
        if value := getattr(person, name):
            print(f"  {name:<13} {value}")
    for line in _no_mail_lines(shown.person):
        print(line)
    print(f"programmes: {', '.join(_with_role(shown, name) for name in shown.person.programmes) or 'none'}")
    print(f"groups: {', '.join(shown.person.groups) or 'none'}")
    print("invitations:" + ("" if shown.invitations else " none"))
    for view in shown.invitations:
        row = view.row
        words = [row.role, f"round {row.round}", row.answer or "no answer", *(["left"] if row.left_at else [])]
        print(f"  {view.event}  {', '.join(words)}")
    print("notices: " + (", ".join(f"{count} {state}" for state, count in shown.notices.items()) or "none"))


def _no_mail_lines(view: PersonView) -> Iterator[str]:
    """Why nothing, or not everything, is written to them, and how that ends."""
    row = view.row
    for each in view.opt_outs:
        left = "no mail" if each.row.all_mail else ONLY_CORRECTIONS
        programme = f" from {each.programme}" if each.programme else ""
        yield f"{left}: unsubscribed{programme} on {each.row.at:%Y-%m-%d %H:%M} UTC"
    if row.refused_at:
        yield f"no mail: a server refused the address on {row.refused_at:%Y-%m-%d %H:%M} UTC: {row.refused_reply}"
    if view.no_mail:
        yield "  write to them again, if they agree: convene person unsubscribe ADDRESS --undo"


def _with_role(shown: PersonShown, programme: str) -> str:
    role = shown.roles.get(programme)
    return f"{programme} ({role})" if role else programme


def _print_told(shown: PersonShown) -> None:
    print("told:" + ("" if shown.told else " nothing yet"))
    for view in shown.told:
        status = "taken off the list" if view.off_list else view.status
        print(f"  {view.event}  {status}  by {view.kind} {view.notice}, {view.told_at:%Y-%m-%d %H:%M} UTC")
        for day in view.days:
            print(f"    {day}")


def _ask_above(session: Session, programme: str | None) -> int:
    """The programme's own limit; without a programme only changes of language and zone matter, for all of them."""
    return programme_named(session, programme).ask_above if programme else 0


add_commands(app)
add_ending_commands(app)
