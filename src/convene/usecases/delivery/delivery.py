"""Everything that delivering needs, in one value: made at the edge, the same for a worker, a rehearsal and a test."""

from collections.abc import Callable
from dataclasses import dataclass, field

from convene.mail.relay import Relay
from convene.rules.patience import Patience
from convene.store.database import Database
from convene.usecases.delivery.make_mail import ReaderLinks, Witness
from convene.usecases.delivery.moments import Clock

SentSoFar = tuple[int, int]
"""How often the database had been put back from a copy, and the number of the last message that left."""


class RestoreGuard:
    """Remembers how far the deliveries from here have come: a database that is not so far was put back from a copy.
    This one, for rehearsals, remembers nothing.
    """

    known: SentSoFar = (0, 0)

    def note(self, sent: SentSoFar) -> None:
        """It has come so far. Raises OSError while that cannot be written down."""


def _not_looking(point: str) -> None:
    """What crash points mean outside of tests."""


@dataclass(frozen=True)
class Delivery:
    """Everything that delivering needs. `mail_from` None: mails leave as the programme's organiser.

    `reached` is called at the points at which a test may end the process: before-claim, after-claim, before-body,
    after-reply, after-record.
    """

    database: Database
    relay: Relay
    clock: Clock
    mail_from: str | None = None
    links: ReaderLinks | None = None
    patience: Patience = field(default_factory=Patience)
    guard: RestoreGuard = field(default_factory=RestoreGuard)
    witness: Witness | None = None
    reached: Callable[[str], None] = _not_looking
