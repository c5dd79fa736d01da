"""What can go wrong, as sentences for the person who reads them.

Every error says what happened, to which thing, and what to do next; its class carries the exit code of
the command line (design section 6). Nothing here knows about terminals: `cli/` prints, and `web/` answers.
"""

from dataclasses import dataclass


class ConveneError(Exception):
    """The root. `sentence` says what is wrong and where, `remedy` what to write or do instead."""

    exit_code = 1

    def __init__(self, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy


class UsageError(ConveneError):
    """The command line itself is wrong."""

    exit_code = 2


class NotFoundError(ConveneError):
    """The thing named does not exist."""

    exit_code = 3


class ConflictError(ConveneError):
    """Somebody else changed it meanwhile, or a question stands that `--yes` would have answered."""

    exit_code = 4


class PartlyFailedError(ConveneError):
    """Some of several things failed; the others are done."""

    exit_code = 5


LEVELS = ("error", "warning", "moved", "holiday", "clash", "missing", "undated", "assumed", "note")
"""What a finding is, in the order of reports: a fault, a doubt; a notice that working days move, an event's day that is
free, events that share people; a text that lacks a language, a day without a date, a clock taken for granted; the rest.
"""


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in what somebody wrote, or something that they should know of it.

    `line` and `column` count from 1; 0 where there is no place. `where` is the path of the key
    (`events.dac-3.days[1].on`) or the column of a CSV file. `level` is `error` (nothing is written), or another one of
    `LEVELS` (printed, and the work goes on). `about` names in words what a finding is about that is no slip at one
    place ("Mon 20 Jan, dac-3 and tot-2"): it is then shown instead of the place.
    """

    file: str
    line: int
    column: int
    where: str
    what: str
    remedy: str = ""
    level: str = "error"
    about: str = ""

    @property
    def is_error(self) -> bool:
        return self.level == "error"


class ContentError(ConveneError):
    """What was written cannot be taken: all its problems at once, and nothing was changed."""

    def __init__(self, problems: list[Problem]) -> None:
        errors = [problem for problem in problems if problem.is_error]
        plural = "error" if len(errors) == 1 else "errors"
        super().__init__(f"{len(errors)} {plural}: nothing was changed.")
        self.problems = sorted(problems)
