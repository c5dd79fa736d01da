"""`convene person add | edit`: one row of a people file, without the file."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlmodel import Session

from convene.cli.carry_out import Consequences, carry_out
from convene.cli.error_report import print_problems
from convene.cli.tables import say
from convene.usecases.people.edit_person import EditedPerson, add_person, edit_person

_COLUMNS = (
    "name", "salutation", "country", "language", "timezone", "digits", "gender", "organisation", "side", "role",
)  # fmt: skip


def _option(name: str, text: str) -> Any:
    return typer.Option(name, metavar="TEXT", help=text, show_default=False)


_Address = Annotated[str, typer.Argument(metavar="ADDRESS", show_default=False)]
_Name = Annotated[str | None, _option("--name", "As it is printed in mails.")]
_Salutation = Annotated[str | None, _option("--salutation", "How mails begin; else the language's own way.")]
_Country = Annotated[str | None, _option("--country", "A code or a name: KH, Cambodia.")]
_Language = Annotated[str | None, _option("--language", "A code or a name: km, Khmer.")]
_Timezone = Annotated[str | None, _option("--timezone", "Such as Asia/Phnom_Penh; not needed in a country with one.")]
_Digits = Annotated[str | None, _option("--digits", "native or latin.")]
_Gender = Annotated[str | None, _option("--gender", "woman, man or other.")]
_Organisation = Annotated[str | None, _option("--organisation", "As programmes name it.")]
_Side = Annotated[str | None, _option("--side", "government, labour, employers, civil society or other.")]
_Programme = Annotated[str | None, _option("--programme", "Where the role and the groups hold.")]
_Role = Annotated[str | None, _option("--role", "participant, speaker, organiser, interpreter or observer.")]
_Groups = Annotated[list[str] | None, _option("--group", "All groups in that programme. Repeatable.")]
_Yes = Annotated[bool, typer.Option("--yes", help="Answer the question before mail is caused.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Show everything, store nothing.")]


def add_commands(app: typer.Typer) -> None:
    """The commands of this module, under `convene person`."""
    app.command("add")(add_command)
    app.command("edit")(edit_command)


def add_command(
    context: typer.Context,
    address: _Address,
    name: _Name = None,
    salutation: _Salutation = None,
    country: _Country = None,
    language: _Language = None,
    timezone: _Timezone = None,
    digits: _Digits = None,
    gender: _Gender = None,
    organisation: _Organisation = None,
    side: _Side = None,
    programme: _Programme = None,
    role: _Role = None,
    groups: _Groups = None,
    allow_erased: Annotated[
        bool, typer.Option("--allow-erased", help="The person was erased, and agreed to come back.")
    ] = False,
    yes: _Yes = False,
    dry_run: _DryRun = False,
) -> None:
    """Add a person. With --programme and --group they are invited to what the group is invited to.

    \b
    convene person add participant-9@union-kh.example --name "Participant 9, Cambodia" --country KH \\
        --programme sgra-cambodia --group dac-members
    """
    cells = _cells(context.params)
    edited = _carry_out(
        lambda session, now: add_person(session, address, cells, programme, now, allow_erased=allow_erased),
        yes,
        dry_run,
    )
    if edited:
        say(f"Added: {edited.address}.")


def edit_command(
    context: typer.Context,
    address: _Address,
    name: _Name = None,
    salutation: _Salutation = None,
    country: _Country = None,
    language: _Language = None,
    timezone: _Timezone = None,
    digits: _Digits = None,
    gender: _Gender = None,
    organisation: _Organisation = None,
    side: _Side = None,
    programme: _Programme = None,
    role: _Role = None,
    groups: _Groups = None,
    yes: _Yes = False,
    dry_run: _DryRun = False,
) -> None:
    """Change a person: what is named changes, the rest stays. An empty value ("") clears.

    \b
    convene person edit participant-9@union-kh.example --language Khmer --salutation ""
    convene person edit participant-9@union-kh.example --programme sgra-cambodia --group staff

    A person is one address over all programmes: the answer names those that share them. A people file that fills a
    cell wins again when its programme is applied.
    """
    cells = _cells(context.params)
    edited = _carry_out(lambda session, now: edit_person(session, address, cells, programme, now), yes, dry_run)
    if edited:
        say(f"Changed: {edited.address}.")


def _cells(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The columns that were given, as a people file writes them."""
    cells = {column: parameters[column] for column in _COLUMNS if parameters[column] is not None}
    return cells | ({"groups": ";".join(parameters["groups"])} if parameters["groups"] else {})


def _carry_out(change: Callable[[Session, datetime], EditedPerson], yes: bool, dry_run: bool) -> EditedPerson | None:
    return carry_out(change, _look, yes=yes, dry_run=dry_run)


def _look(edited: EditedPerson) -> Consequences:
    print_problems(edited.notes)
    if edited.changes and edited.programmes:
        say(f"In the programmes: {', '.join(edited.programmes)}.")
    differences = [f"  {line}" for line in edited.changes]
    return Consequences(differences, edited.mails, edited.ask_above)
