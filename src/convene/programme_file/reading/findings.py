"""What is found while a file is read: problems, all of them, and where each value stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from convene.errors import ConveneError, Problem
from convene.programme_file.reading.yaml_nodes import Span

Place = tuple[int, int]
"""Line and column, counted from 1."""

Places = Mapping[str, Place]
"""Where values stand, by path: `events.dac-3.days[1].on`."""


class WrittenValueError(ConveneError):
    """A value that cannot be taken: `sentence` quotes it, `remedy` says what to write instead."""


@dataclass
class Findings:
    """Collects while one file is read. `language` is that of texts written without one.

    One fault gives one problem: what lies at or under a path that is already at fault is not complained of again.
    """

    file: str
    language: str = "en"
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    faults: set[str] = field(default_factory=set)

    def place(self, path: str, span: Span) -> None:
        self.places[path] = (span.line, span.column)

    def error(self, path: str, span: Span, what: str, remedy: str, hides: bool = True) -> None:
        """One fault at `span`; `hides`: nothing more is said of what lies at or under `path`."""
        if is_under(path, self.faults):
            return
        if hides:
            self.faults.add(path)
        place = (self.file, span.line, span.column)
        self.problems.append(Problem(*place, printable(path), printable(what), printable(remedy)))

    def warning(self, path: str, span: Span, what: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, span.line, span.column, path, what, remedy, "warning"))


def is_under(path: str, faults: set[str] | frozenset[str]) -> bool:
    """Whether `path` or something that it lies in is among `faults`."""
    while path:
        if path in faults:
            return True
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return False


def printable(text: str) -> str:
    """What a terminal may show: a value that is quoted in a message must not move its cursor or change its colours."""
    return "".join(char if char.isprintable() else " " for char in text)


def quoted(text: str) -> str:
    """A value as messages show it: in quotes, without control characters, at most 60 characters of it."""
    shown = printable(text)
    return f'"{shown[:60]}..."' if len(shown) > 60 else f'"{shown}"'
