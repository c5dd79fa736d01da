"""What is counted of a language: sentences that are there, and those that a native reader is asked about."""

import shutil
from pathlib import Path

import pytest
from tests.complete_languages import TRANSLATED

from convene.language.translation_state import TranslationState, folder_lacks, translation_state
from convene.resources import resource_folder


@pytest.fixture
def khmer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the Khmer sentences, which the state is read from."""
    copied = Path(shutil.copy(resource_folder("locales") / "km/LC_MESSAGES/convene.po", tmp_path))
    monkeypatch.setattr("convene.language.translation_state.sentences_path", lambda code: copied)
    return copied


def state_of(path: Path, old: str, new: str) -> TranslationState:
    """The state with the first `old` of the file replaced."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return translation_state.__wrapped__("km")


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_language_is_whole_and_says_that_nobody_has_reviewed_it(language: str) -> None:
    state = translation_state(language)
    assert state.translated == state.messages > 150
    assert (state.reviewed, state.lacks) == (False, ())
    assert state.doubts
    assert all(doubt.english and doubt.translation and doubt.question for doubt in state.doubts)


def test_english_is_the_source() -> None:
    state = translation_state("en")
    assert (state.translated, state.reviewed, state.doubts) == (state.messages, True, ())


def test_an_empty_sentence_is_not_translated(khmer: Path) -> None:
    state = state_of(khmer, 'msgid "Venue"\nmsgstr "ទីតាំង"', 'msgid "Venue"\nmsgstr ""')
    assert state.translated == state.messages - 1


def test_a_guess_is_not_translated(khmer: Path) -> None:
    state = state_of(khmer, 'msgid "Venue"', '#, fuzzy\nmsgid "Venue"')
    assert state.translated == state.messages - 1


def test_a_catalogue_that_was_read_by_a_native_reader_says_so_by_saying_nothing(khmer: Path) -> None:
    assert state_of(khmer, "# Not yet reviewed by a native reader: see locales/README.md.\n", "").reviewed


def test_a_question_that_was_answered_is_gone(khmer: Path) -> None:
    before = len(translation_state("km").doubts)
    assert len(state_of(khmer, "# For a native reader:", "# Said by a native reader:").doubts) == before - 1


def test_a_language_without_a_folder_says_how_one_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convene.language.translation_state.sentences_path", lambda code: tmp_path / "none.po")
    monkeypatch.setattr("convene.language.translation_state.style_path", lambda code: tmp_path / "none.toml")

    assert [line.split(" ", 1)[0] for line in folder_lacks("km")] == [
        "locales/km/LC_MESSAGES/convene.po",
        "locales/km/language.toml",
    ]
    assert [line.split(" ", 1)[0] for line in folder_lacks("en")] == ["locales/en/language.toml"]
    assert translation_state.__wrapped__("km").translated == 0
