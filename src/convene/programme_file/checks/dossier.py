"""What the checks of a whole document look at, and how they point at a place in the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from convene.errors import Problem
from convene.programme_file.checks.invited import GuestList
from convene.programme_file.checks.resolve import effective_event
from convene.programme_file.document import EventEntry, PersonEntry, ProgrammeDocument
from convene.programme_file.reading.findings import Place, Places, is_under


@dataclass(frozen=True)
class Dossier:
    """One document under check. `people` None: the people files are not known, and nothing is said of them.

    `faults` are paths that hold an error already.
    """

    document: ProgrammeDocument
    people: Sequence[PersonEntry] | None
    file: str
    places: Places = field(default_factory=dict)
    faults: frozenset[str] = frozenset()

    @cached_property
    def effective(self) -> Mapping[str, EventEntry]:
        """The events with what `same_as` gives them; those whose `same_as` leads nowhere are left out."""
        events = self.document.events
        return {
            name: effective_event(self.document, event)
            for name, event in events.items()
            if event.same_as is None or leads_somewhere(self.document, name)
        }

    @cached_property
    def guests(self) -> GuestList:
        """Everybody of the people files, by what `invite` may name."""
        return GuestList(self.people or ())

    def at(self, where: str, what: str, remedy: str = "", level: str = "error", about: str = "") -> Iterator[Problem]:
        """One problem at the path `where`, unless something is wrong there already."""
        if not is_under(where, self.faults):
            line, column = self._place(where)
            yield Problem(self.file, line, column, where, what, remedy, level, about)

    def at_item(self, where: str, number: int, what: str, remedy: str = "", level: str = "error") -> Iterator[Problem]:
        """One problem of the list `where`, at the place of its item `number` (from 1)."""
        line, column = self._place(f"{where}[{number}]")
        for problem in self.at(where, what, remedy, level):
            yield replace(problem, line=line, column=column)

    def is_faulty(self, where: str) -> bool:
        return is_under(where, self.faults)

    def has_fault_within(self, where: str) -> bool:
        """Whether something that lies at or under `where` could not be read."""
        return any(path == where or path.startswith((f"{where}.", f"{where}[")) for path in self.faults)

    def _place(self, where: str) -> Place:
        """The place of `where`, else of what it stands in; (0, 0) for a document that comes from no file."""
        while where and where not in self.places:
            where = where[: max(where.rfind("."), where.rfind("["), 0)]
        return self.places.get(where, (0, 0))


def leads_somewhere(document: ProgrammeDocument, name: str) -> bool:
    """Whether following `same_as` from the event `name` ends at an event with days or a due date of its own."""
    seen: set[str] = set()
    source: str | None = name
    while source is not None:
        if source in seen or source not in document.events:
            return False
        seen.add(source)
        source = document.events[source].same_as
    return True
