"""What the YAML parser complains of, as a sentence for somebody who has never heard of scalars."""

import re
from dataclasses import dataclass

from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError


@dataclass(frozen=True)
class YamlFault:
    """A fault of the form, before anything is understood. `line` and `column` count from 1, 0 for no place.

    `hides_value`: what the value would be is not known, so nothing more can be said of it.
    """

    where: str
    line: int
    column: int
    what: str
    remedy: str
    hides_value: bool = False


_SENTENCES = (
    (r"mapping values are not allowed", "A colon stands where no key can be.", "indent alike, or quote the text"),
    (r"character '\\t'", "A tab stands at the beginning of a line or value.", "indent with spaces"),
    (r"character '(.)' that cannot start", r'A value cannot begin with "\1".', 'write it in quotes: "..."'),
    (r"end of stream.*|got '<stream end>'", "A quote or bracket is opened and never closed.", "close it"),
    (r"expected ',' or '[\]}]'", "In this list or mapping a comma or the closing bracket is missing.", "close it"),
    (r"expected <block end>", "This line is not indented like its neighbours.", "give lines of one level one indent"),
    (r"could not find expected ':'", "A key without a colon.", "write: key, colon, space, value"),
    (r"unknown escape character", "Within double quotes a backslash begins a sign that YAML does not know.",
     "write two backslashes, or single quotes"),
)  # fmt: skip


def syntax_fault(error: MarkedYAMLError) -> YamlFault:
    """The first thing that is not YAML. What follows it cannot be read, so there is only one."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    problem = " ".join(filter(None, (error.context, error.problem)))
    for pattern, what, remedy in _SENTENCES:
        match = re.search(pattern, problem)
        if match:
            return YamlFault("", line, column, match.expand(what), remedy)
    return YamlFault("", line, column, f"This is not YAML: {error.problem}.", "look at the line and the one above")


def reader_fault(error: Exception, text: str) -> YamlFault:
    """A character that no text may hold (NUL, ESC ...), at its place."""
    if not isinstance(error, ReaderError):
        return YamlFault("", 0, 0, "This is not YAML.", "look for stray signs")
    before = text[: error.position]
    line = before.count("\n") + 1
    column = len(before) - before.rfind("\n")
    code = error.character if isinstance(error.character, int) else ord(error.character)
    return YamlFault("", line, column, f"A control character (U+{code:04X}) stands here.", "delete it")
