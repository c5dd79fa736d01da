"""`convene kinds`, `convene new KIND` and `convene schema`: what helps to write a programme file."""

import json
from collections.abc import Callable, Iterable
from typing import Annotated, Any

import typer

from convene.cli.opening import clock, settings
from convene.cli.tables import print_json, print_table, say
from convene.errors import UsageError
from convene.language.kind_words import KIND_WORDS
from convene.programme_file.reading.findings import WrittenValueError
from convene.programme_file.reading.programme_schema import programme_schema
from convene.programme_file.reading.written_values import one_of
from convene.rules.plans import kind_follow_ups, kind_reminders
from convene.rules.rule import Rule
from convene.rules.vocabulary import EventKind
from convene.usecases.programmes.write_starter import starter_file

_USUAL_MODE = "in-person; live with a link and no venue"
_MODES = {
    EventKind.WEBINAR: "live with a link and no venue",
    EventKind.ONLINE_PROGRAMME: "live with a link and no venue; videos say on-demand",
    EventKind.DEADLINE: "none: it is due",
}
"""How people take part where no day says `mode`. The rule is one for all kinds; each is told what is usual for it."""


def command(name: str) -> Any:
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    functions: dict[str, Callable[..., None]] = {"kinds": kinds, "new": new, "schema": schema}
    app.command(name)(functions[name])
    return typer.main.get_command(app)


def kinds(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the kinds of events, and which mails each brings by itself."""
    if as_json:
        print_json("kinds", [_kind_as_json(kind) for kind in EventKind])
        return
    print_table(["kind", "name", "mode", "reminders", "follow-ups"], [_cells(kind) for kind in EventKind])
    say("Without an hour, reminders leave at 09:00 and follow-ups at 10:00 of each reader's clock.")


def new(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="One of `convene kinds`.", show_default=False)],
) -> None:
    """Print a programme file to start from: filled in, explained, with dates ahead."""
    try:
        chosen = one_of(EventKind)(kind)
    except WrittenValueError as error:
        raise UsageError(error.sentence, error.remedy) from error
    typer.echo(starter_file(chosen, clock(settings()).now().date()), nl=False)


def schema() -> None:
    """Print the JSON Schema of the programme file, for editors that check and complete while you type."""
    print(json.dumps(programme_schema(), ensure_ascii=False, indent=2))


def _kind_as_json(kind: EventKind) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "name": KIND_WORDS[kind].noun,
        "mode": _MODES.get(kind, _USUAL_MODE),
        "reminders": [rule.text for rule in kind_reminders(kind)],
        "follow_ups": [rule.text for rule in kind_follow_ups(kind)],
    }


def _cells(kind: EventKind) -> list[str]:
    reminders = _listed(kind_reminders(kind), " at 09:00")
    follow_ups = _listed(kind_follow_ups(kind), " at 10:00")
    return [kind.value, KIND_WORDS[kind].noun, _MODES.get(kind, _USUAL_MODE), reminders, follow_ups]


def _listed(rules: Iterable[Rule], usual: str) -> str:
    return ", ".join(rule.text.removesuffix(usual) for rule in rules) or "none"
