"""The entry: `convene COMMAND`. Commands are imported when they are called, so that `--help` costs little.

The one place where errors become sentences on stderr and exit codes.
"""

import importlib
import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from convene.__about__ import __version__
from convene.cli.error_report import report
from convene.errors import ConflictError, ConveneError

_COMMANDS = {
    "new": ("kind_commands", "Print a programme file to start from: filled in, explained, with dates ahead."),
    "kinds": ("kind_commands", "List the kinds of events, and which mails each brings by itself."),
    "schema": ("kind_commands", "Print the JSON Schema of the programme file, for editors."),
    "check": ("check_command", "Read programme files and say all that is wrong, and what follows; nothing is stored."),
    "diff": ("programme_commands", "Show what applying a file would change, and which mails would follow."),
    "apply": ("programme_commands", "Bring the database in line with programme files."),
    "export": ("programme_commands", "Print the programme file that matches the database."),
    "event": ("event_commands", "List, show, add, edit, move, postpone and cancel events."),
    "person": ("person_commands", "Import, list, show, add, edit, unsubscribe and erase people."),
    "notice": ("notice_commands", "List notices: who gets what, when, in which language, why; retry and test them."),
    "feed": ("feed_commands", "Write calendars; print, list and revoke their secret addresses."),
    "language": ("language_commands", "Show how far the languages are, and a mail in one of them."),
    "rehearse": ("rehearse_command", "Run a programme's whole life on a virtual clock, into a folder of plain files."),
    "init": ("init_command", "Write a settings file with a secret key of its own; no command needs it."),
    "config": ("config_commands", "Show the settings, and where each comes from."),
    "doctor": ("doctor_command", "Look at everything that could keep mail from leaving, and say what to do."),
    "pause": ("pause_commands", "Send nothing more, of one programme or of all."),
    "resume": ("pause_commands", "End a pause; says first which mails leave."),
    "worker": ("run_commands", "Send what is due."),
    "serve": ("run_commands", "Serve the calendar feeds, and the pages for their readers, over HTTP."),
    "up": ("run_commands", "Send and serve, both in one process."),
}


_DEADLOCK = "40P01"
"""How PostgreSQL says that two transactions waited for each other, and that it ended this one."""
_LOCKED = 5
"""How SQLite says that somebody else wrote for longer than is waited for (SQLITE_BUSY)."""
_FULL = ("53100", 13)
"""How PostgreSQL and SQLite (SQLITE_FULL) say that there is no room."""
_READ_ONLY = "25006"
"""How it says that it takes no writes."""


class _CommandGroup(TyperGroup):
    """The commands by name and sentence; the module of one is imported when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"convene.cli.{_COMMANDS[cmd_name][0]}")
        return module.command(cmd_name)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in _COMMANDS.items()])


app = typer.Typer(
    cls=_CommandGroup,
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"convene {__version__}")
        raise typer.Exit


@app.callback()
def convene(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Events, calendar feeds, reminders and follow-ups for programmes that cross borders."""


def run() -> None:
    """The console script. Exit codes are those of design section 6."""
    try:
        app(prog_name="convene")
    except ConveneError as error:
        report(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(1)
    except Exception as error:  # a coordinator never meets a stack trace; a developer asks for it
        if "CONVENE_TRACEBACK" in os.environ:
            raise
        told = _in_a_sentence(error)
        report(told)
        sys.exit(told.exit_code)


def _in_a_sentence(error: Exception) -> ConveneError:
    if isinstance(error, OSError) and error.filename:
        return ConveneError(f'"{error.filename}" cannot be used: {error.strerror}.', "check the path")
    code = _database_code(error)
    if code == _DEADLOCK:
        return ConflictError(
            "Somebody else changed the same at the same moment, so nothing was changed.", "run it again"
        )
    if code == _LOCKED:
        return ConflictError("Somebody else is writing to the database, so nothing was changed.", "run it again")
    if code in _FULL:
        return ConveneError("The disk of the database is full, so nothing was changed.", "make room, and run it again")
    if code == _READ_ONLY:
        from convene.rules.installation_checks import TAKES_NO_WRITES, WHERE_TO_WRITE

        return ConveneError(TAKES_NO_WRITES, WHERE_TO_WRITE)
    if getattr(error, "connection_invalidated", False):
        return ConveneError(
            "The database closed the connection before convene was done.", "see that it runs, and run it again"
        )
    return ConveneError(f"convene failed: {type(error).__name__}.", "run it again with CONVENE_TRACEBACK=1")


def _database_code(error: Exception) -> str | int | None:
    """What the database calls an error: of PostgreSQL a text of five letters, of SQLite a number."""
    fault = getattr(error, "orig", error)
    number = getattr(fault, "sqlite_errorcode", None)
    return getattr(fault, "sqlstate", None) if number is None else number & 0xFF
