"""When it is said that nobody sends."""

from datetime import UTC, datetime, timedelta

import pytest

from convene.rules.sweeping import mail_is_stuck, nobody_sends

NOW = datetime(2020, 1, 6, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("due_for", "silent_for", "nobody"),
    [
        (None, None, False),
        (None, 3 * MINUTE, False),
        (1 * MINUTE, None, False),
        (1 * MINUTE, 60 * MINUTE, False),
        (2 * MINUTE, None, False),
        (3 * MINUTE, None, True),
        (3 * MINUTE, 0 * MINUTE, False),
        (3 * MINUTE, 2 * MINUTE, False),
        (3 * MINUTE, 3 * MINUTE, True),
    ],
)
def test_nobody_sends_where_mail_was_due_and_nobody_looked_for_more_than_two_minutes(
    due_for: timedelta | None, silent_for: timedelta | None, nobody: bool
) -> None:
    due_since = NOW - due_for if due_for is not None else None
    swept_at = NOW - silent_for if silent_for is not None else None

    assert nobody_sends(NOW, due_since, swept_at) is nobody


@pytest.mark.parametrize(
    ("due_for", "trouble_for", "stuck"),
    [
        (None, 3 * MINUTE, False),
        (3 * MINUTE, None, False),
        (1 * MINUTE, 60 * MINUTE, False),
        (60 * MINUTE, 2 * MINUTE, False),
        (3 * MINUTE, 3 * MINUTE, True),
    ],
)
def test_mail_is_stuck_where_it_was_due_and_the_smtp_server_of_no_use_for_more_than_two_minutes(
    due_for: timedelta | None, trouble_for: timedelta | None, stuck: bool
) -> None:
    due_since = NOW - due_for if due_for is not None else None
    trouble_since = NOW - trouble_for if trouble_for is not None else None

    assert mail_is_stuck(NOW, due_since, trouble_since) is stuck
