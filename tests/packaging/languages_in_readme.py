"""What locales/README.md says of each language, as `convene language status` counts it; `make messages` writes it."""

import re

from convene.language.languages import LANGUAGES, SOURCE
from convene.language.translation_state import Doubt, TranslationState, translation_state
from convene.resources import resource_folder
from convene.rules.vocabulary import Digits

README = resource_folder("locales") / "README.md"
_HEAD = (
    "| code | language | own name | sentences | default digits | own digits | awaits a native reader |",
    "|---|---|---|---|---|---|---|",
)


def with_languages(text: str) -> str:
    """The page with its table and its questions as the catalogues have them."""
    states = [translation_state(code) for code in LANGUAGES]
    table = "\n".join([*_HEAD, *map(_row, states)])
    questions = "\n\n".join(_questions(state) for state in states if state.doubts)
    return _put(_put(text, "table", table), "questions", questions)


def _put(text: str, place: str, lines: str) -> str:
    between = re.compile(rf"(?<=<!-- {place}: begin -->\n).*?(?=<!-- {place}: end -->)", re.DOTALL)
    assert between.search(text), place
    return between.sub(lambda _: lines + "\n", text)


def _row(state: TranslationState) -> str:
    language = state.language
    sentences = "the source" if language.code == SOURCE else f"{state.translated} of {state.messages}"
    habit = "own" if language.digits is Digits.NATIVE else "Latin"
    awaits = "" if state.reviewed else f"all of it, {len(state.doubts)} questions"
    cells = (language.code, language.english_name, language.native_name, sentences, habit, language.native_digits)
    return f"| {' | '.join((*cells, awaits))} |".replace("  ", " ")


def _questions(state: TranslationState) -> str:
    language = state.language
    title = f"<details><summary>{language.english_name} ({language.code}): {len(state.doubts)} questions</summary>"
    return "\n".join([title, "", *map(_line, state.doubts), "", "</details>"])


def _line(doubt: Doubt) -> str:
    return f"- `{doubt.english}` is `{doubt.translation}`: {doubt.question}"


if __name__ == "__main__":
    README.write_text(with_languages(README.read_text("utf-8")), "utf-8")
