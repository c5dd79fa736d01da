"""A programme file and its people, read from disk and checked together. Nothing is stored."""

from dataclasses import dataclass
from pathlib import Path

from convene.errors import ContentError, NotFoundError, Problem
from convene.programme_file.checks.check_document import check_read
from convene.programme_file.checks.dossier import Dossier
from convene.programme_file.document import PersonEntry, ProgrammeDocument
from convene.programme_file.reading.findings import Places
from convene.programme_file.reading.people_csv import merge_people, read_people
from convene.programme_file.reading.read_programme import decode_text, read_programme
from convene.usecases.programmes.store_programme import Source


@dataclass(frozen=True)
class CheckedFile:
    """What a file says, and every problem found; `document` is None where one of them is an error.

    `dossier` holds what could be understood, faults or not; None where nothing could.
    """

    source: Source
    document: ProgrammeDocument | None
    people: list[PersonEntry]
    problems: list[Problem]
    dossier: Dossier | None = None

    @property
    def checked_document(self) -> ProgrammeDocument:
        """The document. Raises ContentError with all problems where there is none."""
        if self.document is None:
            raise ContentError(self.problems)
        return self.document


def read_checked(path: Path) -> CheckedFile:
    """Read a programme file with its people files. Raises NotFoundError where the programme file is missing."""
    text, problems = decode_text(_bytes(path), str(path))
    if text is None:
        return CheckedFile(Source(path.name, ""), None, [], problems)
    result = read_programme(text, str(path))
    people, people_problems = _people_of(path, result.draft.people if result.draft else (), result.places)
    unreadable = any(problem.is_error for problem in people_problems)
    problems = [*check_read(result, None if unreadable else people, str(path)), *people_problems]
    faulty = result.document is None or any(problem.is_error for problem in problems)
    dossier = Dossier(result.draft, people, str(path), result.places, result.faults) if result.draft else None
    return CheckedFile(Source(path.name, text), None if faulty else result.document, people, problems, dossier)


def read_people_file(path: Path) -> tuple[list[PersonEntry], list[Problem]]:
    """Read one people file. Raises NotFoundError where it is missing."""
    text, problems = decode_text(_bytes(path), str(path))
    return ([], problems) if text is None else read_people(text, str(path))


def _people_of(path: Path, names: tuple[str, ...], places: Places) -> tuple[list[PersonEntry], list[Problem]]:
    """The people of all files named, paths relative to the programme file; one entry per address."""
    entries: list[PersonEntry] = []
    problems: list[Problem] = []
    for number, name in enumerate(names, 1):
        file = path.parent / name
        if not file.is_file():
            where = f"people[{number}]"
            line, column = places.get(where, (0, 0))
            what = f'There is no file "{name}".'
            problems.append(Problem(str(path), line, column, where, what, f"looked for {file}"))
            continue
        found, faults = read_people_file(file)
        entries += found
        problems += faults
    merged, contradictions = merge_people(entries)
    return merged, [*problems, *contradictions]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFoundError(f'"{path}" cannot be read: {error.strerror}.', "check the path") from error
