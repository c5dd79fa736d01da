"""Send the mail of a notice to somebody as a test: over the real server, without a trace in the database."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from convene.errors import ConveneError, NotFoundError
from convene.mail.relay import Outgoing, Relay
from convene.mail.trial_mail import TrialMail, trial_mail
from convene.rules.smtp_outcome import Outcome, OutcomeKind
from convene.usecases.delivery.make_mail import ReaderLinks
from convene.usecases.delivery.preview_mail import preview_mail
from convene.usecases.planning.list_notices import notice_named, sent_bytes


def make_trial(
    session: Session, key: str, recipient: str, mail_from: str | None, links: ReaderLinks | None, now: datetime
) -> TrialMail:
    """The test of the notice `key` as it left, or as it would leave. `mail_from` None: as the organiser's.

    Raises NotFoundError where there is no such notice, or nothing left and nothing would.
    """
    view = notice_named(session, key)
    mail = sent_bytes(session, view.row) or preview_mail(session, view, mail_from, links, now)
    if mail is None:
        raise NotFoundError(f'There is no mail for "{key}" (it is {view.row.state}).', view.row.reason or "")
    return trial_mail(mail, recipient, now, secrets.token_hex(8))


async def send_trial(relay: Relay, trial: TrialMail) -> None:
    """Hand it over. Raises ConveneError with the server's answer where it does not take it."""
    desk = _DeskOfOne(trial)
    relay.wake(desk)
    outcome = await desk.outcome
    trouble = relay.trouble
    await relay.close()
    if outcome is None or outcome.kind is not OutcomeKind.ACCEPTED:
        why = outcome.reply if outcome is not None else trouble.why if trouble else "it takes no mail"
        raise ConveneError(f"The server did not take the test: {why}.", "convene doctor looks at the server")


class _DeskOfOne:
    """A desk with one mail on it, of which nothing is written down. `outcome` None: the server took no mail at all."""

    def __init__(self, mail: TrialMail) -> None:
        self._mail: TrialMail | None = mail
        self.outcome: asyncio.Future[Outcome | None] = asyncio.get_running_loop().create_future()

    @property
    def waiting(self) -> int:
        return int(self._mail is not None)

    def take(self) -> Outgoing | None:
        mail, self._mail = self._mail, None
        return mail

    def clear(self, mail: Outgoing, go: Callable[[bool], None]) -> bool:
        return True

    def settle(self, mail: Outgoing, outcome: Outcome) -> None:
        if not self.outcome.done():
            self.outcome.set_result(outcome)

    def relay_failed(self) -> None:
        if not self.outcome.done():
            self.outcome.set_result(None)
