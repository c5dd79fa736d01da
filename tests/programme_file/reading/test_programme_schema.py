"""The schema for editors says what the reader says: the same keys, good files taken, plainly wrong ones refused."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from tests.programme_file.edits.editor_view import editor_view
from tests.programme_file.random_documents import documents

from convene.programme_file.document import ProgrammeDocument
from convene.programme_file.edits.document_tree import document_tree
from convene.programme_file.edits.write_document import document_to_yaml
from convene.programme_file.reading.programme_schema import TABLES, programme_schema
from convene.programme_file.reading.read_programme import read_programme

SCHEMA = programme_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
SHIPPED = sorted((Path(__file__).parents[3] / "config" / "programmes").glob("*.yaml"))

SMALL = """\
convene: 1
programme: {id: x, title: x, timezone: UTC, language: en, organiser: {name: x, email: x@y.example}}
organisations: {ACME: {title: x}}
series: {dac: {kind: meeting, title: x}}
venues: {hall: {title: x, timezone: UTC}}
events:
  e: {kind: meeting, days: [{on: 2027-06-04, from: 09:00}], invite: [{who: x}], materials: [{title: x, link: "https://x.example"}]}
  d: {kind: deadline, due: {on: 2027-06-04}}
"""

# How to come to a mapping of each kind in the file above: what to replace by what.
WAYS = {
    "": ("convene: 1\n", "convene: 1\n%s\n"),
    "programme": ("{id: x,", "{%s, id: x,"),
    "organiser": ("{name: x,", "{%s, name: x,"),
    "organisation": ("{ACME: {title: x}", "{ACME: {%s}"),
    "series": ("{kind: meeting, title: x}", "{%s, kind: meeting, title: x}"),
    "venue": ("{hall: {", "{hall: {%s, "),
    "event": ("e: {kind: meeting,", "e: {%s, kind: meeting,"),
    "day": ("[{on: 2027-06-04,", "[{%s, on: 2027-06-04,"),
    "due": ("due: {", "due: {%s, "),
    "invited": ("{who: x}", "{%s, who: x}"),
    "material": ("materials: [{", "materials: [{%s, "),
}


def refusals(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(editor_view(text))]


def mapping(name: str) -> Any:
    return SCHEMA["$defs"][name] if name else SCHEMA


def written(name: str, line: str) -> str:
    """The small file with `line` in its mapping `name`; the key that the line gives is not given twice."""
    old, new = WAYS[name]
    assert old in SMALL
    return SMALL.replace(old, new % line, 1)


def test_the_schema_is_a_valid_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_pattern_is_one_that_editors_can_read_too() -> None:
    """Editors compile patterns as ECMAScript with the flag u, which knows no needless escapes and no (?P<name>)."""
    patterns = [pattern for shape in _shapes(SCHEMA) if isinstance(pattern := shape.get("pattern"), str)]

    assert len(patterns) > 10
    assert [pattern for pattern in patterns if set(re.findall(r"\\(.)", pattern)) - set("dsS.\\^$|?*+()[]{}/")] == []
    assert [pattern for pattern in patterns if "(?" in pattern] == []


def _shapes(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping within the schema."""
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _shapes(item)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_programmes_are_taken(path: Path) -> None:
    assert refusals(path.read_text("utf-8")) == []


def test_the_small_file_is_taken_by_both() -> None:
    assert refusals(SMALL) == []
    assert read_programme(SMALL, "x.yaml").problems == ()


@pytest.mark.parametrize("name", WAYS)
def test_the_reader_and_the_schema_know_the_same_keys(name: str) -> None:
    (problem,) = read_programme(written(name, "zzzzzzzzzz: x"), "x.yaml").problems

    known = problem.remedy.removeprefix("known here: ").split(", ")

    assert known == list(mapping(name)["properties"])
    assert len(refusals(written(name, "zzzzzzzzzz: x"))) == 1


def test_every_mapping_of_the_schema_is_compared() -> None:
    assert set(WAYS) == {"", *TABLES}


@pytest.mark.parametrize(("name", "key"), [(name, key) for name in WAYS for key in mapping(name)["properties"]])
def test_every_key_that_is_known_is_read(name: str, key: str) -> None:
    """A key that nobody reads would take nonsense without a word."""
    tree = editor_view(SMALL)
    _holders(tree, name)[0][key] = {"a": {"b": {"c": "d"}}}

    problems = read_programme(_text(tree), "x.yaml").problems

    about = [problem for problem in problems if f".{key}" in f".{problem.where}"]
    assert about
    assert not about[0].what.startswith(f'There is no key "{key}"')


@pytest.mark.parametrize(("name", "key"), [(name, key) for name in WAYS for key in mapping(name)["properties"]])
def test_the_reader_requires_what_the_schema_requires_and_nothing_else(name: str, key: str) -> None:
    tree = editor_view(SMALL)
    for holder in _holders(tree, name):
        holder.pop(key, None)

    missing = [
        problem for problem in read_programme(_text(tree), "x.yaml").problems if f"has no {key}." in problem.what
    ]

    assert bool(missing) == (key in mapping(name)["required"])
    assert not missing or list(VALIDATOR.iter_errors(tree))


def _holders(tree: Any, name: str) -> list[Any]:
    """Where the small file has a mapping of that kind."""
    event = tree["events"]["e"]
    holders: dict[str, list[Any]] = {
        "": [tree],
        "programme": [tree["programme"]],
        "organiser": [tree["programme"]["organiser"]],
        "organisation": [tree["organisations"]["ACME"]],
        "series": [tree["series"]["dac"]],
        "event": [event],
        "venue": [tree["venues"]["hall"]],
        "day": event["days"],
        "due": [tree["events"]["d"]["due"]],
        "invited": event["invite"],
        "material": event["materials"],
    }
    return holders[name]


def _text(tree: Any) -> str:
    """Flow style, which YAML reads as it reads JSON."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key}: {_text(value)}" for key, value in tree.items()) + "}"
    return f"[{', '.join(map(_text, tree))}]" if isinstance(tree, list) else f'"{tree}"'


@given(documents())
def test_whatever_the_reader_takes_the_schema_takes(document: ProgrammeDocument) -> None:
    text = document_to_yaml(document)
    tree = editor_view(text)
    for event in tree.get("events", {}).values():
        _make_whole(event)

    assert [error.message for error in VALIDATOR.iter_errors(tree)] == []
    assert tree.keys() == document_tree(document).keys()


def _make_whole(event: dict[str, Any]) -> None:
    """What the reader leaves to the checks: an event has one of days, due and same_as, and a kind."""
    event.pop("due", None)
    event.pop("starts" if event.pop("same_as", None) else "", None)
    event.pop("starts", None)
    event.setdefault("days", [{"on": "2027-06-04"}])
    event.setdefault("kind", "meeting")


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (
            "",
            "reminders: [7 days before, 1 hour before each live day, 2 weeks before end each day at 08:00 venue time]",
        ),
        ("", "reminders: [on Fri 2027-06-04 at 10:00, 3 hours after joining, 1 month before closing]"),
        ("", "follow_ups: [thanks 2 hours after, action plan 3 days after at 10:00, progress on 2027-12-01]"),
        ("", "invitations: by hand"),
        ("", "invitations: [30 days before]"),
        ("", "people: [people.csv, teams/kh.csv]"),
        ("programme", "fiscal_year_starts: 04-01, hold: 1 hour, ask_above: 0, weekends: {Nepal: [Sat]}"),
        ("organisation", "language: Khmer, country: Cambodia, side: civil society"),
        (
            "event",
            "status: draft, number: 3, capacity: 20, target: at most 20, spoken: [fr, de], alarms: [1 hour before]",
        ),
        ("day", "until: Friday 2027-06-11, mode: on-demand, fold: later"),
        ("due", "at: 18:00, timezone: anywhere-on-earth"),
    ],
)
def test_what_coordinators_write_is_taken_by_the_schema_and_by_the_reader(name: str, line: str) -> None:
    text = written(name, line)

    assert refusals(text) == []
    assert read_programme(text, "x.yaml").problems == ()


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("", "colour: red"),
        ("", "people: people.csv"),
        ("", "people: [/etc/passwd]"),
        ("", "reminders: [soon]"),
        ("", "reminders: [1 hour before at 09:00]"),
        ("", "reminders: [thanks 1 day after]"),
        ("", "follow_ups: [1 day after]"),
        ("", "invitations: later"),
        ("programme", "hold: soon"),
        ("programme", "ask_above: many"),
        ("programme", "working_days: maybe"),
        ("programme", "weekends: {NP: [Caturday]}"),
        ("programme", "quiet_hours: 21:00"),
        ("programme", "fiscal_year_starts: April"),
        ("programme", 'privacy: "http://x.example"'),
        ("programme", "coordinators: [nobody]"),
        ("organisation", "side: left"),
        ("organisation", "timezone: Mars/Base"),
        ("organisation", "language: ../../x"),
        ("venue", 'map: "ftp://x.example"'),
        ("event", "status: maybe"),
        ("event", "number: 3rd"),
        ("event", "capacity: -1"),
        ("event", "target: lots"),
        ("event", "due: {on: 2027-06-04}"),
        ("event", "same_as: d"),
        ("event", "starts: 2027-06-04"),
        ("event", "spoken: fr"),
        ("event", "alarms: [1 day before]"),
        ("event", "title: {en: {de: x}}"),
        ("event", "series: Not An Id"),
        ("day", "until: tomorrow"),
        ("day", "until: 31/04"),
        ("day", "mode: deadline"),
        ("day", "fold: perhaps"),
        ("day", 'link: "javascript:alert(1)"'),
        ("day", 'link: "https://u:p@x.example"'),
        ("due", "at: 25:00"),
        ("due", "timezone: GMT+6"),
        ("invited", "role: guest"),
    ],
)
def test_what_is_plainly_wrong_is_refused_by_the_schema_and_by_the_reader(name: str, line: str) -> None:
    text = written(name, line)

    assert refusals(text)
    beyond_the_reader = ("due: ", "same_as: ", "starts: ")  # the checks of the whole file say these
    assert read_programme(text, "x.yaml").problems or line.startswith(beyond_the_reader)
