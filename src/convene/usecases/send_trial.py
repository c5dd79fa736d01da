"""Send the mail of a notice to somebody as a test: over the real server, without a trace in the database."""

import secrets
from datetime import datetime

from sqlmodel import Session

from convene.errors import ConveneError, NotFoundError
from convene.mail.smtp import Relay
from convene.mail.trial_mail import TrialMail, trial_mail
from convene.rules.smtp_outcome import OutcomeKind
from convene.usecases.list_notices import notice_named, sent_bytes
from convene.usecases.preview_mail import preview_mail


def make_trial(session: Session, key: str, recipient: str, mail_from: str | None, now: datetime) -> TrialMail:
    """The test of the notice `key` as it left, or as it would leave. `mail_from` None: as the organiser's.

    Raises NotFoundError where there is no such notice, or nothing left and nothing would.
    """
    view = notice_named(session, key)
    mail = sent_bytes(session, view.row) or preview_mail(session, view, mail_from, now)
    if mail is None:
        raise NotFoundError(f'There is no mail for "{key}" (it is {view.row.state}).', view.row.reason or "")
    return trial_mail(mail, recipient, now, secrets.token_hex(8))


async def send_trial(relay: Relay, trial: TrialMail) -> None:
    """Hand it over. Raises ConveneError with the server's answer where it does not take it."""
    try:
        outcome = await relay.send(trial.sender, trial.recipient, trial.body, _nothing)
    finally:
        await relay.close()
    if outcome.kind is not OutcomeKind.ACCEPTED:
        raise ConveneError(f"The server did not take the test: {outcome.reply}.", "convene doctor looks at the server")


def _nothing() -> None:
    """Nothing is written down before the body of a test."""
