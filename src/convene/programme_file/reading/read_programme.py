"""A programme file as a whole: text in, document and problems out. Everything wrong is reported at once."""

from dataclasses import dataclass, field
from functools import partial

from convene.errors import Problem
from convene.programme_file.document import ProgrammeDocument
from convene.programme_file.reading.coordinator_texts import clean_line
from convene.programme_file.reading.fields import Fields
from convene.programme_file.reading.findings import Findings, Places, WrittenValueError, quoted
from convene.programme_file.reading.known_keys import EVENT, ORGANISATION, SERIES, TOP, VENUE
from convene.programme_file.reading.language_names import known_language
from convene.programme_file.reading.read_event import read_event
from convene.programme_file.reading.read_rules import read_rule_plan
from convene.programme_file.reading.read_sections import (
    read_organisation,
    read_programme_entry,
    read_section,
    read_series,
    read_venue,
)
from convene.programme_file.reading.written_values import file_name, slug
from convene.programme_file.reading.yaml_nodes import Node, Scalar, Span, Table, parse_yaml

FORMAT = "1"
BYTE_ORDER_MARK = "\ufeff"

_START = Span(0, 0, 1, 1)


@dataclass(frozen=True)
class ReadResult:
    """What came of reading one programme file.

    `draft` is what could be understood, with stand-ins for what is at fault: it serves checks, and nothing else; None
    where the file has no programme at all. `places` gives line and column by path, `faults` the paths that hold
    an error already, so that nobody complains of them twice.
    """

    draft: ProgrammeDocument | None
    problems: tuple[Problem, ...]
    places: Places = field(default_factory=dict)
    faults: frozenset[str] = frozenset()

    @property
    def document(self) -> ProgrammeDocument | None:
        """The document, None where anything is wrong with it."""
        return None if any(problem.is_error for problem in self.problems) else self.draft


def read_programme(text: str, file: str) -> ReadResult:
    """Read the text of a programme file. `file` is the name that problems carry. Never raises."""
    findings = Findings(file)
    root = _root(text, findings)
    draft = _read_document(root, findings) if root else None
    return ReadResult(draft, tuple(sorted(findings.problems)), findings.places, frozenset(findings.faults))


def decode_text(data: bytes, file: str) -> tuple[str | None, list[Problem]]:
    """The text of a file in UTF-8, with or without byte order mark; else one problem with its place."""
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        remedy = "save it as UTF-8"
        return None, [Problem(file, line, column, "", "The file is not written in UTF-8.", remedy)]


def _root(text: str, findings: Findings) -> Node | None:
    parsed = parse_yaml(text.removeprefix(BYTE_ORDER_MARK))
    for fault in parsed.faults:
        place = (fault.line, fault.column)
        findings.problems.append(Problem(findings.file, *place, fault.where, fault.what, fault.remedy))
        if fault.hides_value:
            findings.faults.add(fault.where)
    if parsed.root is None and not parsed.faults:
        findings.error("", _START, "The file is empty.", "begin with: convene: 1")
    return parsed.root


def _read_document(root: Node, findings: Findings) -> ProgrammeDocument | None:
    findings.language = _language_of_plain_texts(root)
    fields = Fields(root, "", findings, TOP)
    if not isinstance(root, Table):
        return None
    fields.require("convene", remedy="begin with: convene: 1")
    fields.require("programme", remedy="add programme: {id: ..., title: ..., timezone: ..., language: ...}")
    fields.value("convene", _format)
    programme = fields.read("programme", read_programme_entry)
    sections = partial(read_section, fields)
    organisations = sections("organisations", ORGANISATION, clean_line, read_organisation)
    series = sections("series", SERIES, slug, read_series)
    venues = sections("venues", VENUE, slug, read_venue)
    events = sections("events", EVENT, slug, read_event)
    people, rules = fields.values("people", file_name) or (), read_rule_plan(fields)
    if programme is None:
        return None
    return ProgrammeDocument(programme, organisations, series, venues, people, events, rules)


def _language_of_plain_texts(root: Node) -> str:
    """`programme.language`, needed before any text is read; English where it is absent or wrong."""
    programme = root.entry("programme") if isinstance(root, Table) else None
    entry = programme.value.entry("language") if programme and isinstance(programme.value, Table) else None
    written = entry.value.text if entry and isinstance(entry.value, Scalar) else ""
    return known_language(written) or "en"


def _format(text: str) -> str:
    if text.strip() != FORMAT:
        raise WrittenValueError(f"Format {quoted(text)} is not known here.", f"write: convene: {FORMAT}")
    return text
