"""What is paused, since when and why, as commands, `doctor` and `/readyz` say it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from convene.model.programme import Programme
from convene.rules.weekdays import written_moment
from convene.store.pauses import pauses


@dataclass(frozen=True)
class PauseView:
    """The pause of one programme (its slug), or of everything (None)."""

    programme: str | None
    reason: str
    since: datetime
    after_restore: bool

    @property
    def sentence(self) -> str:
        """Since when, why, and which command ends it."""
        of, of_it = (f" of {self.programme}", " of it") if self.programme else ("", "")
        since = written_moment(self.since.astimezone(UTC))
        why = self.reason.rstrip(".")
        return f"Sending{of} is paused since {since} UTC: {why}. Nothing{of_it} leaves before `{self.ended_by}`."

    @property
    def ended_by(self) -> str:
        words = ["convene resume", self.programme, "--after-restore" if self.after_restore else None]
        return " ".join(word for word in words if word)

    def as_json(self) -> dict[str, Any]:
        since = self.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "programme": self.programme,
            "since": since,
            "reason": self.reason,
            "after_restore": self.after_restore,
        }


def show_pauses(session: Session, concerning: Collection[int] | None = None) -> list[PauseView]:
    """Every pause, that of everything first; `concerning`: only those that hold mails of these programmes."""
    views = []
    for pause in pauses(session):
        if pause.programme_id is None:
            programme = None
        elif concerning is None or pause.programme_id in concerning:
            programme = session.get_one(Programme, pause.programme_id).slug
        else:
            continue
        views.append(PauseView(programme, pause.reason, pause.since, pause.after_restore))
    return views
