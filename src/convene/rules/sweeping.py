"""Whether somebody sends: a worker looks about once a second for what is due, and writes down that it did."""

from datetime import datetime, timedelta

LONGEST_SILENCE = timedelta(minutes=2)
"""Longer than any healthy worker takes between two looks, and than a restart, of a worker or of an SMTP server."""


def nobody_sends(now: datetime, due_since: datetime | None, swept_at: datetime | None) -> bool:
    """Whether mail has been due for longer than a worker may be silent, and none has looked for as long.

    `due_since`: the earliest due moment of what waits (None: nothing does); `swept_at`: the last look of any worker
    (None: no worker is there); all UTC, on the clock of decisions.
    """
    if due_since is None or now - due_since <= LONGEST_SILENCE:
        return False
    return swept_at is None or now - swept_at > LONGEST_SILENCE


def mail_is_stuck(now: datetime, due_since: datetime | None, trouble_since: datetime | None) -> bool:
    """Whether mail has been due for longer than that, and the SMTP server of no use to any worker for as long.

    `trouble_since`: when the last of the workers found it so (None: one of them can use it, or none looks); all UTC.
    """
    since = [due_since, trouble_since]
    return all(moment is not None and now - moment > LONGEST_SILENCE for moment in since)
