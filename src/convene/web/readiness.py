"""What `/readyz` answers: is the database there, does somebody send, does the mail leave, is sending paused."""

from sqlalchemy.exc import SQLAlchemyError

from convene.rules.checkup import without_addresses
from convene.rules.sweeping import LONGEST_SILENCE
from convene.store.database import Database
from convene.usecases.delivery.moments import Clock
from convene.usecases.health.sending_state import SendingState, sending_state
from convene.web.app import AskReadiness, Readiness


def ask_readiness(database: Database, clock: Clock) -> AskReadiness:
    """Ready: the database answers, a worker looks for what is due, the SMTP server takes it, and not everything is
    paused.

    The pause of one programme is shown and does no more: the others are served.
    """

    def readiness() -> Readiness:
        try:
            with database.reading() as session:
                state = sending_state(session, clock.now())
        except SQLAlchemyError:
            return Readiness(False, {"database": "away", "why": ["The database cannot be read."]})
        why = _why_not(state)
        details = {
            "database": "ok",
            "last_sweep_seconds": state.silent_seconds,
            "backlog": state.backlog,
            "paused": [pause.as_json() for pause in state.pauses],
            "why": why,
        }
        return Readiness(not why, details)

    return readiness


def _why_not(state: SendingState) -> list[str]:
    why = [state.paused.sentence] if state.paused else []
    minutes = int(LONGEST_SILENCE.total_seconds()) // 60
    if state.stuck is not None:
        said = without_addresses(state.stuck).rstrip(".")
        why.append(f"Mail is due, and the SMTP server has taken none for more than {minutes} minutes: {said}.")
    if state.unswept:
        why.append(f"Mail is due, and no worker has looked for it for more than {minutes} minutes.")
    return why
