"""Edits of a text by place: pieces replaced, added between others or taken out, in brackets or line by line."""

from collections.abc import Sequence
from dataclasses import dataclass, field

Reach = tuple[int, int]
"""Where a piece begins, and the place behind its end."""


@dataclass
class TextEdits:
    """Gathers edits of `text` (lines ended by a line feed); the last ones can be dropped again."""

    text: str
    _edits: list[tuple[int, int, str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._edits)

    def drop_from(self, count: int) -> None:
        """Keep the first `count` edits only."""
        del self._edits[count:]

    def apply(self) -> str:
        """The text with all edits made."""
        pieces: list[str] = []
        place = 0
        for start, end, new in sorted(self._edits, key=lambda edit: edit[:2]):
            pieces += [self.text[place:start], new]
            place = max(place, end)
        return "".join(pieces) + self.text[place:]

    def replace(self, start: int, end: int, new: str) -> None:
        self._edits.append((start, end, new))

    def add_in_brackets(self, reaches: Sequence[Reach], place: int, new: str) -> None:
        """Put `new` before the piece numbered `place` (from 0), or behind the last one."""
        if place:
            self.replace(reaches[place - 1][1], reaches[place - 1][1], f", {new}")
        else:
            self.replace(reaches[0][0], reaches[0][0], f"{new}, ")

    def add_lines(self, reaches: Sequence[Reach], place: int, lines: Sequence[str]) -> None:
        """Put `lines` behind the line where the piece before `place` ends, or before the first piece."""
        if place:
            end = self.line_end(reaches[place - 1][1])
            self.replace(end, end, "\n" + "\n".join(lines))
        elif self.margin(reaches[0][0]) is not None:
            start = self._line_start(reaches[0][0])
            self.replace(start, start, "\n".join(lines) + "\n")
        else:
            # The first piece stands beside the dash of a list: the new one goes there.
            start = reaches[0][0]
            self.replace(start, start, "\n".join(lines).lstrip() + "\n" + " " * self.column(start))

    def remove_from_brackets(self, reaches: Sequence[Reach], gone: Sequence[int]) -> None:
        """Take out the pieces numbered `gone` with their commas; at least one piece stays."""
        for first, behind in _runs(gone):
            if behind < len(reaches):
                self.replace(reaches[first][0], reaches[behind][0], "")
            else:
                self.replace(reaches[first - 1][1], reaches[-1][1], "")

    def remove_lines(self, reaches: Sequence[Reach], gone: Sequence[int]) -> bool:
        """Take out the lines of the pieces numbered `gone`; False where one shares its line with a dash."""
        if any(self.margin(reaches[number][0]) is None for number in gone):
            return False
        for start, end in (reaches[number] for number in gone):
            # With the line feed before them, so that lines added behind them still begin with one of their own.
            first = self._line_start(start)
            self.replace(max(first - 1, 0), self.line_end(end) + (first == 0), "")
        return True

    def margin(self, place: int) -> str | None:
        """What indents the line of `place`; None where something else stands before it."""
        before = self.text[self._line_start(place) : place]
        return None if before.strip() else before

    def column(self, place: int) -> int:
        """How many characters stand before `place` on its line."""
        return place - self._line_start(place)

    def line_end(self, place: int) -> int:
        end = self.text.find("\n", place)
        return len(self.text) if end < 0 else end

    def _line_start(self, place: int) -> int:
        return self.text.rfind("\n", 0, place) + 1


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbouring numbers as spans: [1, 2, 5] -> [(1, 3), (5, 6)]."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number:
            runs[-1] = (runs[-1][0], number + 1)
        else:
            runs.append((number, number + 1))
    return runs
