"""One row of a people file: its cells as values, and what names were taken for."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from convene.errors import Problem
from convene.programme_file.document import PersonEntry
from convene.programme_file.reading.coordinator_texts import clean_line
from convene.programme_file.reading.country_names import country_label, written_country
from convene.programme_file.reading.findings import WrittenValueError, quoted
from convene.programme_file.reading.language_names import language_label, spoken_language
from convene.programme_file.reading.mail_address import mail_address
from convene.programme_file.reading.written_values import one_of, zone_name
from convene.rules.vocabulary import Digits, Gender, Role, Side

COLUMNS = (
    "email", "name", "salutation", "country", "language", "timezone", "digits", "gender", "organisation", "side",
    "role", "groups",
)  # fmt: skip

LONGEST_CELL = 200

Value = TypeVar("Value")


class RowReader:
    """Reads rows one after another; problems and notes gather until the end of the file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._problems: list[Problem] = []
        self._notes: dict[tuple[str, str], Problem] = {}

    def person(self, cells: Mapping[str, str], line: int) -> PersonEntry | None:
        """The person of a row; None where the row has a fault."""
        before = len(self._problems)
        row = _Row(self, cells, line)
        entry = PersonEntry(
            address=row.required_address(),
            name=row.cell("name", short_line),
            salutation=row.cell("salutation", short_line),
            country=row.named("country", written_country, country_label),
            language=row.named("language", spoken_language, language_label),
            timezone=row.cell("timezone", zone_name),
            digits=row.cell("digits", one_of(Digits)),
            gender=row.cell("gender", one_of(Gender)),
            organisation=row.cell("organisation", short_line),
            side=row.cell("side", one_of(Side)),
            role=row.cell("role", one_of(Role)),
            groups=row.cell("groups", group_names) or (),
            file=self._file,
            line=line,
        )
        return entry if len(self._problems) == before else None

    def problems(self) -> list[Problem]:
        return [*self._problems, *self._notes.values()]

    def error(self, line: int, column: str, what: str, remedy: str) -> None:
        self._problems.append(Problem(self._file, line, 0, column, what, remedy))

    def note(self, line: int, column: str, what: str, remedy: str, level: str = "note") -> None:
        """Said once for each thing said."""
        self._notes.setdefault((column, what), Problem(self._file, line, 0, column, what, remedy, level))


class _Row:
    def __init__(self, reader: RowReader, cells: Mapping[str, str], line: int) -> None:
        self._reader = reader
        self._cells = cells
        self._line = line

    def required_address(self) -> str:
        if not self._cells["email"].strip():
            self._reader.error(self._line, "email", "The row has no address.", "write one, or delete the row")
            return ""
        return self.cell("email", mail_address) or ""

    def cell(self, column: str, parse: Callable[[str], Value]) -> Value | None:
        """The value of a cell; None where it is empty or at fault."""
        text = self._cells.get(column, "")
        if not text.strip():
            return None
        try:
            return parse(text)
        except WrittenValueError as error:
            self._reader.error(self._line, column, error.sentence, error.remedy)
            return None

    def named(self, column: str, parse: Callable[[str], str], label: Callable[[str], str]) -> str | None:
        """Like `cell`, for what may be written as a name: says what the name was taken for."""
        written = self._cells.get(column, "").strip()
        code = self.cell(column, parse)
        if code == "":
            what = f"convene does not speak the language {quoted(written)}."
            remedy = "that of the organisation, the country or the programme is used"
            self._reader.note(self._line, column, what, remedy, "warning")
        elif code and written.casefold() != code.casefold():
            remedy = "" if written.casefold() == label(code).casefold() else f"that is {label(code)}"
            self._reader.note(self._line, column, f"{quoted(written)} was taken for {code}.", remedy)
        return code or None


def short_line(text: str) -> str:
    line = clean_line(text)
    if len(line) > LONGEST_CELL:
        raise WrittenValueError(f"{quoted(line)} has {len(line)} characters.", f"at most {LONGEST_CELL} are taken")
    return line


def group_names(text: str) -> tuple[str, ...]:
    """`dac-members; tot-members` -> both, once each."""
    names = tuple(dict.fromkeys(short_line(part) for part in text.split(";") if part.strip()))
    wrong = next((name for name in names if "@" in name or "," in name), None)
    if wrong:
        raise WrittenValueError(f"{quoted(wrong)} is not the name of a group.", "write names with ; between them")
    return names
