"""Check: everything that is wrong with a programme file, and what it will come to. Nothing is stored."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from convene.errors import Problem
from convene.programme_file.checks.check_clashes import check_clashes, check_own_days
from convene.programme_file.checks.check_working_days import free_days_of_events, free_written_dates, moved_notices
from convene.programme_file.checks.foreseen import Foreseen, FreeDays
from convene.programme_file.document import ProgrammeEntry
from convene.rules.working_days import FreeDay, always_working
from convene.usecases.planning.free_days import free_days
from convene.usecases.programmes.read_files import CheckedFile, read_checked

_FORESEEN: tuple[Callable[[Foreseen], Iterator[Problem]], ...] = (
    moved_notices,
    free_days_of_events,
    free_written_dates,
    check_clashes,
    check_own_days,
)


def check_programme(path: Path) -> CheckedFile:
    """The file with what is foreseen of its events among its problems. Raises NotFoundError where it is missing."""
    checked = read_checked(path)
    if checked.dossier is None:
        return checked
    foreseen = Foreseen(checked.dossier, observed(checked.dossier.document.programme), _faulty_events(checked))
    problems = [problem for foresee in _FORESEEN for problem in foresee(foreseen)]
    return replace(checked, problems=[*checked.problems, *problems])


def observed(programme: ProgrammeEntry) -> FreeDays:
    """The free days of each country as the programme has them; none where it ignores them."""

    def of(country: str | None) -> FreeDay:
        return free_days(country, programme.weekends) if programme.working_days == "observe" else always_working

    return of


def _faulty_events(checked: CheckedFile) -> frozenset[str]:
    """The events that an error is in: what would follow from the rest of them is anybody's guess."""
    wrong = [problem.where.split(".") for problem in checked.problems if problem.is_error]
    return frozenset(path[1] for path in wrong if path[0] == "events" and len(path) > 1)
