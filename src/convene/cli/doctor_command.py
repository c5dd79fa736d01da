"""`convene doctor`: everything that could keep mail from leaving, or a link from opening, in one table."""

import asyncio
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from shutil import get_terminal_size
from typing import Annotated, Any

import typer

from convene.cli.opening import clock, settings
from convene.cli.tables import print_json, say
from convene.errors import ContentError, ConveneError
from convene.rules.checkup import Check, Level, fault, without_addresses
from convene.rules.relay_checks import check_relay
from convene.settings import Settings
from convene.usecases.health.examine_installation import examine_installation

_WIDE = 10_000
"""Columns where stdout is no terminal: each check stays one line, and its remedy another."""


def command(name: str) -> Any:
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(name)(doctor)
    return typer.main.get_command(app)


def doctor(
    offline: Annotated[bool, typer.Option("--offline", help="Do not talk to the SMTP server.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look at settings, files, database, SMTP server, worker and mails, and say what to do; changes nothing.

    Ends 0 also with warnings, 1 with a fault. The SMTP server is greeted and logged in to for at most 20 seconds; no
    mail is sent. Nothing that is printed holds a secret or a person's address.
    """
    checks = list(_checks(offline=offline))
    if as_json:
        print_json("checks", [asdict(check) for check in checks])
    else:
        _print(checks)
    counts = {level: sum(check.level is level for check in checks) for level in Level}
    say(f"{_count(counts[Level.FAULT], 'fault')}, {_count(counts[Level.WARNING], 'warning')}.")
    if counts[Level.FAULT]:
        raise typer.Exit(1)


def _checks(*, offline: bool) -> Iterator[Check]:
    try:
        chosen = settings()
    except ContentError as error:
        for problem in error.problems:
            where = f"{problem.file}:{problem.line}" if problem.line else problem.file
            yield fault("settings", f"{problem.where} ({where}): {without_addresses(problem.what)}.", problem.remedy)
        return
    except ConveneError as error:
        yield fault("settings", error.sentence, error.remedy)
        return
    yield from examine_installation(chosen, clock(chosen))
    if not offline:
        yield from _relay(chosen)


def _relay(chosen: Settings) -> list[Check]:
    from convene.mail.relay_probe import probe_relay  # `--offline` speaks no SMTP

    answers = asyncio.run(probe_relay(chosen.smtp))
    return check_relay(chosen.smtp, answers, clock(chosen).real_now())


def _print(checks: Sequence[Check]) -> None:
    width = get_terminal_size().columns if sys.stdout.isatty() else _WIDE
    levels, names = max(len(check.level) for check in checks), max(len(check.name) for check in checks)
    beneath = " " * (levels + names + 4)
    for check in checks:
        head = f"{check.level:<{levels}}  {check.name:<{names}}  "
        print(textwrap.fill(check.sentence, width, initial_indent=head, subsequent_indent=beneath))
        if check.remedy:
            print(textwrap.fill(f"-> {check.remedy}", width, initial_indent=beneath, subsequent_indent=beneath + "   "))


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
