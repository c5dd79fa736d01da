"""Notices that do not leave when their rule says, as lines for the person who causes them. They are words: stderr."""

from collections.abc import Sequence
from datetime import datetime

from convene.cli.error_report import print_rows
from convene.cli.tables import say
from convene.programme_file.checks.finding_words import moved_from, people_count, short_moment, short_rule
from convene.programme_file.reading.country_names import country_label
from convene.rules.vocabulary import NoticeKind
from convene.usecases.planning.mails_ahead import MovedAhead

_MOST = 20
"""Lines; of more rules and countries only the number is told."""
_WIDEST = 42
"""Columns up to which cells are aligned; what is longer pushes the rest of its line to the right."""
_OF_NO_RULE = (NoticeKind.INVITATION, NoticeKind.CHANGE, NoticeKind.CANCELLATION)


def print_moved(moved: Sequence[MovedAhead], now: datetime) -> None:
    """One line for each rule and country, as `check` prints them: the earliest shift, and how many more."""
    by_rule: dict[str, list[MovedAhead]] = {}
    for move in sorted(moved, key=lambda move: move.before):
        by_rule.setdefault(_about(move), []).append(move)
    lines = [(about, *_what(moves, now.year)) for about, moves in by_rule.items()][:_MOST]
    widths = [
        max((len(line[column]) for line in lines if len(line[column]) <= _WIDEST), default=0) for column in (0, 1)
    ]
    print_rows(
        [("moved", *line) for line in lines],
        [f"  moved  {about.ljust(widths[0])}  {what.ljust(widths[1])}  {outcome}" for about, what, outcome in lines],
    )
    if len(by_rule) > _MOST:
        say(f"  moved  and {len(by_rule) - _MOST} more rules")


def _about(move: MovedAhead) -> str:
    words = move.kind.value if move.kind in _OF_NO_RULE else short_rule(move.rule)
    return f"{words}, {country_label(move.country)}" if move.country else words


def _what(moves: Sequence[MovedAhead], year: int) -> tuple[str, str]:
    first = moves[0]
    people = sum(move.people for move in moves if (move.before, move.after) == (first.before, first.after))
    others = len({(move.before, move.after) for move in moves}) - 1
    further = f", and {others} more like it" if others else ""
    outcome = f"-> {short_moment(first.after, year)}, {people_count(people)}{further}"
    return moved_from(first.before, first.why, year), outcome
