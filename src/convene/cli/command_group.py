"""A command with commands of its own: `convene event list`, `convene event show` ..."""

from typing import Any

import typer
from typer.core import TyperGroup

_WHOLE = 1_000
"""Letters of a sentence in a list of commands: more than any has, so that none is cut."""


class _Sentences(TyperGroup):
    """Its help gives the first sentence of each command, wrapped instead of cut."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.get_short_help_str(_WHOLE)) for name, each in self.commands.items()])


def command_group(sentence: str) -> typer.Typer:
    """An application without commands yet, that `sentence` explains."""
    return typer.Typer(cls=_Sentences, rich_markup_mode=None, add_completion=False, no_args_is_help=True, help=sentence)
