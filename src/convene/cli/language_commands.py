"""`convene language status | preview`: how far the languages are, and what their readers will see."""

from pathlib import Path
from typing import Annotated, Any

import typer

from convene.cli.command_group import command_group
from convene.cli.language_word import written_in
from convene.cli.opening import clock, opened, settings
from convene.cli.tables import print_json, print_table, say
from convene.errors import UsageError
from convene.language.languages import LANGUAGES, SOURCE
from convene.language.translation_state import TranslationState, translation_state
from convene.programme_file.reading.findings import WrittenValueError
from convene.programme_file.reading.language_names import language_label
from convene.programme_file.reading.written_values import one_of
from convene.rules.vocabulary import NoticeKind
from convene.usecases.delivery.preview_letter import Preview, preview_letter
from convene.usecases.programmes.missing_texts import MissingText, missing_texts

app = command_group("Show how far the languages are, and a mail in one of them.")

_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def command(_: str) -> Any:
    return typer.main.get_command(app)


@app.command("status")
def status_command(as_json: _Json = False) -> None:
    """Each language: what is translated, what awaits a native reader, and which texts of the programmes lack it.

    A text counts while mails still speak of it: until its event is over and the last follow-up has left.
    """
    chosen = settings()
    with opened(chosen) as database, database.reading() as session:
        missing = missing_texts(session, clock(chosen).now())
    states = [translation_state(code) for code in LANGUAGES]
    if as_json:
        print_json("languages", [_as_json(state, missing) for state in states])
        return
    columns = ("code", "language", "sentences", "awaits a native reader", "texts without it")
    print_table(columns, [_cells(state, missing) for state in states], right=("texts without it",))
    if missing:
        print()
        print_table(("programme", "text", "lacks, and how many read it", "in its place"), _rows(missing))
    for state in states:
        for line in state.lacks:
            say(f"{state.language.english_name} lacks {line}.")
    say("locales/README.md lists what translators ask a native reader.")


@app.command("preview")
def preview_command(
    language: Annotated[str, typer.Argument(metavar="LANGUAGE", help="km, or Khmer.", show_default=False)],
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help=f"One of {', '.join(NoticeKind)}.", show_default=False)
    ],
    programme: Annotated[
        str | None, typer.Option("--programme", metavar="PROGRAMME", help="About its next event.")
    ] = None,
    event: Annotated[str | None, typer.Option("--event", metavar="EVENT", help="event, or programme/event")] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write the HTML there.")] = None,
    as_json: _Json = False,
) -> None:
    """Print a mail as a reader of LANGUAGE would get it, at a moment at which such mails leave; nothing is sent.

    Without --event it speaks of the next event, and where there is none of what `convene new seminar` prints.
    """
    if programme is not None and event is not None:
        raise UsageError("A mail is about one thing.", "give --programme or --event, not both")
    code, wanted, chosen = written_in(language), _kind(kind), settings()
    with opened(chosen) as database, database.reading() as session:
        shown = preview_letter(session, code, wanted, programme, event, clock(chosen).now())
    if html is not None:
        html.write_text(shown.words.html, "utf-8")
    if as_json:
        print_json("mail", shown.as_json())
    else:
        print(f"{shown.words.subject}\n\n{shown.words.text}", end="")
    say(_about(shown))


def _kind(text: str) -> NoticeKind:
    try:
        return one_of(NoticeKind)(text)
    except WrittenValueError as error:
        raise UsageError(f'There is no kind of mail "{text}".', error.remedy) from error


def _about(shown: Preview) -> str:
    if shown.sample is not None:
        return f"There is no event yet: this is about the one that `convene new {shown.sample.value}` prints."
    return f"It speaks of {', '.join(shown.events)}."


def _cells(state: TranslationState, missing: list[MissingText]) -> tuple[str, ...]:
    language = state.language
    done = "the source" if language.code == SOURCE else f"{state.translated} of {state.messages}"
    awaits = "" if state.reviewed else f"all of it, {len(state.doubts)} questions"
    texts = sum(row.language == language.code for row in missing)
    return (language.code, language.english_name, done, awaits, str(texts) if texts else "-")


def _rows(missing: list[MissingText]) -> list[tuple[str, ...]]:
    """One row for each text: "km 7  lo 2" will read it in English."""
    lacking: dict[tuple[str, str, str], list[str]] = {}
    for row in missing:
        lacking.setdefault((row.programme, row.where, row.shown), []).append(f"{row.language} {row.people}")
    return [(*text, "  ".join(languages), language_label(shown)) for (*text, shown), languages in lacking.items()]


def _as_json(state: TranslationState, missing: list[MissingText]) -> dict[str, Any]:
    language = state.language
    return {
        "code": language.code,
        "name": language.english_name,
        "own_name": language.native_name,
        "digits": language.digits.value,
        "messages": state.messages,
        "translated": state.translated,
        "reviewed": state.reviewed,
        "questions": [
            {"english": doubt.english, "translation": doubt.translation, "question": doubt.question}
            for doubt in state.doubts
        ],
        "lacks": list(state.lacks),
        "texts": [row.as_json() for row in missing if row.language == language.code],
    }
