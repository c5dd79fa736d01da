"""`convene check`: all that is wrong with programme files, and what they will come to."""

import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from convene.cli.error_report import in_order, print_problems
from convene.cli.tables import print_json, say
from convene.programme_file.checks.dossier import Dossier
from convene.programme_file.checks.invited import reader_language
from convene.usecases.programmes.check_programme import check_programme

_Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Programme files.", show_default=False)]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def command(name: str) -> Any:
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(name)(check)
    return typer.main.get_command(app)


def check(files: _Files, as_json: _Json = False) -> None:
    """Read programme files and say all that is wrong, and what follows from them; nothing is stored."""
    checked = [check_programme(path) for path in files]
    problems = [problem for file in checked for problem in file.problems]
    if as_json:
        print_json("problems", [asdict(problem) for problem in in_order(problems)])
    else:
        headlines = {str(path): _headline(path, file.dossier) for path, file in zip(files, checked, strict=True)}
        print_problems(problems, sys.stdout, headlines)
    errors = sum(problem.is_error for problem in problems)
    if errors:
        say(f"{_count(errors, 'error')}: nothing was changed.")
        raise typer.Exit(1)


def _headline(path: Path, dossier: Dossier | None) -> str:
    """The file in numbers; the languages are those that its people will read, the one of most readers first."""
    if dossier is None:
        return f"{path}  cannot be read"
    document, people = dossier.document, dossier.people
    events = dossier.effective.values()
    cohorts = {event.cohort for event in events if event.cohort}
    days = sum(len(event.days or ()) or bool(event.due) for event in events)
    parts = ["1 programme", _count(len(document.events), "event")]
    parts += [_count(len(cohorts), "cohort")] if cohorts else []
    parts += [f"{len(people)} people" if len(people) != 1 else "1 person"] if people is not None else []
    parts += [_count(days, "day")]
    languages = Counter(reader_language(person, document) for person in people or ()).most_common()
    parts += [f"{_count(len(languages), 'language')} ({' '.join(code for code, _ in languages)})"] if languages else []
    return f"{path}  {', '.join(parts)}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
