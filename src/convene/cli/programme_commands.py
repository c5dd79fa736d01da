"""`convene diff`, `apply` and `export`: the programme file and the database."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session

from convene.cli.clash_lines import print_clashes
from convene.cli.erased_entries import erased_entries
from convene.cli.error_report import print_problems
from convene.cli.mail_preview import NOTHING_LEAVES, ask, print_mails, say_not_written
from convene.cli.moved_lines import print_moved
from convene.cli.news_lines import news_lines
from convene.cli.opening import clock, opened, settings
from convene.cli.tables import say
from convene.errors import ContentError
from convene.programme_file.checks.finding_words import people_count
from convene.rules.planned_event import NotWritten
from convene.store.database import content_version
from convene.store.programme_rows import hold_named
from convene.usecases.events.find_clashes import find_clashes
from convene.usecases.people.import_people import ImportedPeople, programmes_concerned
from convene.usecases.planning.mails_ahead import MailsAhead
from convene.usecases.programmes.apply_programme import apply_programme
from convene.usecases.programmes.change_programme import Applied
from convene.usecases.programmes.diff_documents import diff_documents
from convene.usecases.programmes.export_programme import export_programme
from convene.usecases.programmes.read_files import CheckedFile, read_checked

_Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Programme files.", show_default=False)]
_Overwrite = Annotated[bool, typer.Option("--overwrite", help="Undo what commands changed since the last apply.")]


def command(name: str) -> Any:
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    functions: dict[str, Callable[..., None]] = {"diff": diff, "apply": apply, "export": export}
    app.command(name)(functions[name])
    return typer.main.get_command(app)


def diff(files: _Files, overwrite: _Overwrite = False) -> None:
    """Show what applying a file would change, and which mails would follow; nothing is stored."""
    checked = _read_all(files)
    chosen = settings()
    now = clock(chosen).now()
    with opened(chosen) as database, database.trying() as session:
        results = _apply_all(session, checked, now, overwrite=overwrite)
    # Not before: whoever reads in a pager would keep everybody else from writing.
    for path, applied in zip(files, results, strict=True):
        _print_differences(path, applied)
    _print_consequences(results, now, files)


def apply(
    files: _Files,
    yes: Annotated[bool, typer.Option("--yes", help="Answer the question before mail is caused.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show everything, store nothing.")] = False,
    overwrite: _Overwrite = False,
) -> None:
    """Bring the database in line with programme files: all of them, or none."""
    checked = _read_all(files)
    for file in checked:
        print_problems(file.problems)
    chosen = settings()
    now = clock(chosen).now()
    with opened(chosen) as database:
        with database.trying() as session:
            seen = content_version(session)
            results = _apply_all(session, checked, now, overwrite=overwrite)
            clashes = find_clashes(session, [applied.after.programme.id for applied in results])
        print_clashes(clashes)
        mails = _print_consequences(results, now, files)
        if dry_run:
            say("Nothing was changed: this was a dry run.")
            return
        ask(mails, min(file.checked_document.programme.ask_above for file in checked), yes=yes)
        with database.writing(None if yes else seen) as session:
            results = _apply_all(session, checked, now, overwrite=overwrite)
    for applied in results:
        say(_done(applied, named=len(results) > 1))
    if mails:
        say("Look at any: convene notice show KEY --eml   (convene notice list has the keys)")


def export(programme: Annotated[str, typer.Argument(help="The id of a programme.", show_default=False)]) -> None:
    """Print the programme file that matches the database: the one applied, with what commands changed since."""
    with opened(settings()) as database, database.reading() as session:
        typer.echo(export_programme(session, programme), nl=False)


def _read_all(files: list[Path]) -> list[CheckedFile]:
    """All files, or every problem of all of them at once."""
    checked = [read_checked(path) for path in files]
    if any(file.document is None for file in checked):
        raise ContentError([problem for file in checked for problem in file.problems])
    return checked


def _apply_all(session: Session, files: list[CheckedFile], now: datetime, *, overwrite: bool) -> list[Applied]:
    if len(files) > 1:  # a single one is held, with those that it concerns, when it is applied
        concerned = programmes_concerned(session, [person for file in files for person in file.people])
        hold_named(session, concerned.union(file.checked_document.programme.id for file in files))
    return [
        apply_programme(session, file.checked_document, file.people, file.source, now, overwrite=overwrite)
        for file in files
    ]


def _print_consequences(results: list[Applied], now: datetime, files: list[Path]) -> MailsAhead:
    """Who is left out, who was told otherwise, which mails follow, and which do not."""
    mails, never_due = MailsAhead(), Counter[tuple[str, NotWritten]]()
    for file, applied in zip(files, results, strict=True):
        print_problems(erased_entries(applied.people.erased, str(file)))
    for applied in results:
        for line in news_lines(applied.news, now):
            print(line)
        mails += applied.planned.mails
        never_due += applied.planned.never_due
    print_moved(mails.moved, now)
    new = len(results) == 1 and results[0].before is None
    print_mails(mails, now, look=f"Look at them first: convene rehearse {files[0]}" if new else "")
    say_not_written(never_due)
    return mails


def _print_differences(path: Path, applied: Applied) -> None:
    lines = diff_documents(applied.before, applied.after)
    people = applied.people
    lines += [f"+ {_people(len(people.added), 'is new', 'are new')}"] if people.added else []
    lines += [_changed_person(applied, address) for address in people.changed]
    lines += _other_places(people) if applied.before else []
    lines += [f"- {name} is deleted: nobody was told of it" for name in applied.deleted]
    print(path)
    for line in lines or ["  no differences"]:
        print(f"  {line.strip()}")


def _changed_person(applied: Applied, address: str) -> str:
    """What becomes different about a person, and which other programmes share them."""
    others = [name for name in applied.people.programmes[address] if name != applied.after.programme.id]
    shared = f" (also in {', '.join(others)})" if others else ""
    return f"~ a person changes: {', '.join(applied.people.changed[address])}{shared}"


def _other_places(people: ImportedPeople) -> list[str]:
    """Who joins and leaves groups, and has another role: that too invites people, and takes them off lists."""
    joined = [f"+ group {group}: {_people(count, 'joins', 'join')}" for group, count in people.joined.items()]
    left = [f"- group {group}: {_people(count, 'leaves', 'leave')}" for group, count in people.left.items()]
    roles = [f"~ role {role}: {_people(count, 'has it now', 'have it now')}" for role, count in people.roles.items()]
    return [*joined, *left, *roles]


def _people(count: int, one: str, several: str) -> str:
    return f"{people_count(count)} {one if count == 1 else several}"


def _done(applied: Applied, *, named: bool) -> str:
    planned = applied.planned
    parts = [_count(len(applied.after.events), "event"), _count(applied.days, "day")]
    parts.append(f"{_count(len(planned.mails), 'mail')} planned")
    if planned.mails.called_off:
        parts.append(f"{_count(planned.mails.called_off.total(), 'mail')} called off")
    programme = f"{applied.after.programme.id}: " if named else ""
    return f"Done: {programme}{', '.join(parts)}. {NOTHING_LEAVES}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
