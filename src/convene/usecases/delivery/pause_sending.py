"""Pause: no notice is claimed from now on, of one programme or of all; what is on its way is finished."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from convene.errors import UsageError
from convene.store.pauses import add_pause
from convene.store.programme_rows import programme_named, row_id
from convene.usecases.delivery.show_pauses import PauseView, show_pauses
from convene.usecases.planning.mails_ahead import MailsAhead, mails_waiting

_LONGEST_REASON = 300


@dataclass(frozen=True)
class Paused:
    """The pause that there is now. `begun`: it was not there before. `held` are the mails that it alone holds back."""

    pause: PauseView
    begun: bool
    held: MailsAhead


def pause_sending(session: Session, programme: str | None, reason: str, now: datetime) -> Paused:
    """Pause `programme` (its slug), or everything (None). A second time changes nothing: the first reason stays.

    Raises NotFoundError for an unknown programme, UsageError for a reason that is not one line.
    """
    programme_id = row_id(programme_named(session, programme)) if programme else None
    held = mails_waiting(session, now, programme_id)
    begun = add_pause(session, _one_line(reason), now, programme_id)
    [pause] = [view for view in show_pauses(session) if view.programme == programme]
    return Paused(pause, begun, held)


def _one_line(reason: str) -> str:
    text = reason.strip()
    if not text or not text.isprintable() or len(text) > _LONGEST_REASON:
        raise UsageError("The reason is not one line of text.", f"write it in 1 to {_LONGEST_REASON} characters")
    return text
