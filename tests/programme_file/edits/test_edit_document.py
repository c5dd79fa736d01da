"""One event edited in a document: read like a file, in its place, and everything else as it was."""

from hypothesis import HealthCheck, given, settings
from tests.programme_file.random_documents import documents

from convene.programme_file.document import ProgrammeDocument
from convene.programme_file.edits.document_tree import Tree, event_tree
from convene.programme_file.edits.edit_document import with_event
from convene.programme_file.reading.read_programme import read_programme

FILE = """\
convene: 1
programme:
  id: sgra
  title: {en: SGRA}
  timezone: Asia/Phnom_Penh
  language: en
  organiser: {name: JILAF, email: sgra@jilaf.example}
events:
  first: {kind: meeting, days: [{on: Mon 2020-01-20}]}
  second: {same_as: first, starts: Mon 2020-01-27, part_of: first}
"""


def document_of(text: str) -> ProgrammeDocument:
    document = read_programme(text, "x").document
    assert document is not None
    return document


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_an_event_whose_tree_is_left_alone_stays_the_same(document: ProgrammeDocument) -> None:
    for name, entry in document.events.items():
        edited = with_event(document, name, event_tree(entry))

        assert (edited.problems, edited.places, edited.document) == ((), {}, document)


def test_a_new_event_stands_behind_the_others() -> None:
    edited = with_event(document_of(FILE), "third", {"kind": "meeting", "days": [{"on": "Tue 2020-01-21"}]})

    written = FILE + "  third: {kind: meeting, days: [{on: Tue 2020-01-21}]}\n"
    assert edited.document == document_of(written)
    assert list(edited.document.events) == ["first", "second", "third"]


def test_a_renamed_event_keeps_its_place_and_those_that_name_it() -> None:
    tree = {**event_tree(document_of(FILE).events["first"]), "was": "first"}

    edited = with_event(document_of(FILE), "opening", tree, "first")

    renamed = FILE.replace("first: {", "opening: {was: first, ").replace("same_as: first", "same_as: opening")
    assert edited.document == document_of(renamed.replace("part_of: first", "part_of: opening"))
    assert list(edited.document.events) == ["opening", "second"]


def test_what_cannot_be_read_is_named_by_its_path_in_the_words_of_the_file() -> None:
    days: list[Tree] = [{"on": "Tue 2020-01-20", "form": "09:00"}]
    faulty = FILE.replace("{on: Mon 2020-01-20}", "{on: Tue 2020-01-20, form: 09:00}")

    edited = with_event(document_of(FILE), "first", {"kind": "meeting", "days": days})

    in_file = read_programme(faulty, "x").problems
    found = [(problem.where, problem.what, problem.remedy) for problem in edited.problems]
    assert sorted(found) == sorted((problem.where, problem.what, problem.remedy) for problem in in_file)
    assert len(found) == 2


def test_only_what_is_new_has_a_place() -> None:
    tree = {**event_tree(document_of(FILE).events["first"]), "capacity": "30"}

    assert list(with_event(document_of(FILE), "first", tree).places) == ["events.first.capacity"]
