"""`convene rehearse FILE --out DIR`."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer

from convene.cli.error_report import print_problems
from convene.cli.opening import clock, settings
from convene.cli.progress_line import ProgressLine
from convene.cli.tables import say
from convene.errors import ContentError, UsageError
from convene.rules.weekdays import WeekdayError, parse_date
from convene.usecases.programmes.read_files import read_checked
from convene.usecases.rehearsal.rehearse_programme import rehearse as rehearse_file


def command(name: str) -> Any:
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(name)(rehearse)
    return typer.main.get_command(app)


def rehearse(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A programme file.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="The folder to write.")] = Path("rehearsal"),
    start: Annotated[str | None, typer.Option("--from", metavar="DATE", help="The date to begin at.")] = None,
) -> None:
    """Run a programme's whole life on a virtual clock, into a folder of plain files."""
    begin = _midnight(start) if start else None
    checked = read_checked(file)
    if checked.document is None:
        raise ContentError(checked.problems)
    print_problems(checked.problems)
    with ProgressLine("Rehearsing") as progress:
        index = rehearse_file(checked, out, begin, clock(settings()).now(), progress.reached)
    say(f"{progress.sent} mails. Look at: {index}")


def _midnight(date: str) -> datetime:
    try:
        return datetime.combine(parse_date(date), time(0), UTC)
    except WeekdayError as error:
        raise UsageError(error.sentence, error.remedy) from error
