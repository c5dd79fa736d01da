"""One line of progress for long work: rewritten in a terminal, a line per hundred mails elsewhere."""

import sys
from datetime import datetime
from types import TracebackType

_EVERY = 100


class ProgressLine:
    """Counts mails along a virtual clock; use it as a context manager, and hand `reached` to what works."""

    def __init__(self, what: str) -> None:
        self.sent = 0
        self._what = what
        self._shown = 0
        self._live = sys.stderr.isatty()

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live and self.sent:
            print(file=sys.stderr)

    def reached(self, moment: datetime, sent: int) -> None:
        """The virtual clock shows `moment` (UTC), and `sent` more mails left there."""
        self.sent += sent
        line = f"{self._what}: {moment:%a %-d %b %Y}, {self.sent} mails"
        if self._live:
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
        elif self.sent - self._shown >= _EVERY:
            self._shown = self.sent
            print(line, file=sys.stderr, flush=True)
