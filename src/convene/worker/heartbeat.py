"""The sign of life of a worker: a thread that renews its lease, also while a server takes ten minutes to answer."""

import logging
import threading
from datetime import datetime

from convene.store.worker_rows import note_trouble, renew_lease
from convene.usecases.delivery.delivery import Delivery

_LOG = logging.getLogger(__name__)


class Heartbeat:
    """Renews the lease of worker `worker` while it is entered; the first time before it is. `is_lost`: there is none
    to renew any more, since others took the worker for dead.
    """

    def __init__(self, delivery: Delivery, worker: int) -> None:
        self.is_lost = False
        self._delivery = delivery
        self._worker = worker
        self._swept_at = delivery.clock.now()
        self._trouble: str | None = None
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, name="heartbeat", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._beat()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def take_over(self, worker: int) -> None:
        """The process goes on as another worker."""
        self._worker = worker
        self._beat()

    def swept(self, at: datetime, trouble: str | None) -> None:
        """The worker has looked for what is due, and this keeps the mails from leaving (None: nothing)."""
        self._swept_at = at
        if trouble != self._trouble:
            self._trouble = trouble
            with self._delivery.database.recording_connection() as connection:
                note_trouble(connection, self._worker, trouble, at)

    def looks_on(self, at: datetime) -> None:
        """The worker still delivers what it found at its last look, and looks for more as there is room for it."""
        self._swept_at = at

    def _beat_on(self) -> None:
        while not self._end.wait(self._delivery.patience.renewal):
            try:
                self._beat()
            except Exception as error:  # a heart that stops at one fault would give a living worker up for dead
                # The next beat comes before the lease ends; where the database is away, nobody else can take it.
                _LOG.warning("The lease was not renewed (%s).", type(error).__name__)

    def _beat(self) -> None:
        clock, patience = self._delivery.clock, self._delivery.patience
        with self._delivery.database.recording_connection() as connection:
            lives = renew_lease(connection, self._worker, patience.lease, self._swept_at, clock.real_now())
        self.is_lost = not lives
