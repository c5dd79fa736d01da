"""What is said of who sends, what waits and what went wrong."""

from datetime import UTC, datetime, timedelta

import pytest

from convene.rules.checkup import Level
from convene.rules.delivery_checks import (
    Counts,
    WorkerFacts,
    check_failures,
    check_overdue,
    check_silenced,
    check_volume,
    check_worker,
)

NOW = datetime(2020, 1, 6, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "unswept", "level", "words"),
    [
        (WorkerFacts(1, 0.4), False, Level.OK, "One runs; the last look for what is due was 0 s ago."),
        (WorkerFacts(3, 1.0), False, Level.OK, "3 run; the last look for what is due was 1 s ago."),
        (WorkerFacts(0, None), False, Level.WARNING, "None runs, and 7 mails wait."),
        (WorkerFacts(0, None), True, Level.FAULT, "None runs, and 7 mails wait."),
        (WorkerFacts(0, 300.0), False, Level.WARNING, "None runs, and 7 mails wait."),
        (WorkerFacts(0, 300.0), True, Level.FAULT, "None has looked for what is due for 5 min, and mail waits."),
        (WorkerFacts(1, 90_000.0), True, Level.FAULT, "None has looked for what is due for 25 h, and mail waits."),
        (
            WorkerFacts(1, 1.0, "refused you@organiser.example", NOW),
            False,
            Level.WARNING,
            "It cannot use the SMTP server since Mon 2020-01-06 03:00 UTC: refused (address)",
        ),
    ],
)
def test_somebody_looks_for_what_is_due(facts: WorkerFacts, unswept: bool, level: Level, words: str) -> None:
    check = check_worker(facts, unswept=unswept, waiting=7)

    assert (check.level, check.sentence) == (level, words)
    assert bool(check.remedy) is (level is not Level.OK)


@pytest.mark.parametrize(
    ("late", "level"), [(None, Level.OK), (timedelta(minutes=5), Level.OK), (timedelta(minutes=6), Level.WARNING)]
)
def test_mail_that_should_have_left_is_counted_with_its_first_moment(late: timedelta | None, level: Level) -> None:
    check = check_overdue(3, NOW - late if late else None, NOW)

    assert check.level is level
    assert (check.sentence == "3 mails should have left, the first at Mon 2020-01-06 02:54 UTC.") is (
        level is Level.WARNING
    )


def test_what_failed_and_what_is_uncertain_is_counted_with_the_command_that_shows_it() -> None:
    failed, uncertain = check_failures(Counts(7, 1, 0, 0), ["k1", "k2"])

    assert (failed.level, failed.sentence) == (
        Level.WARNING,
        "7 mails failed, or could not be built: k1, k2 and others.",
    )
    assert "convene notice show k1 says why, convene notice retry k1 tries again" in failed.remedy
    assert "convene notice list --state failed" in failed.remedy
    assert uncertain.level is Level.WARNING
    assert uncertain.sentence.startswith("No answer came to the end of 1 mail:")
    assert [check.level for check in check_failures(Counts(0, 0, 0, 0), [])] == [Level.OK, Level.OK]


@pytest.mark.parametrize(
    ("unsubscribed", "refused", "level", "words"),
    [
        (0, 0, Level.OK, "Nobody unsubscribed, and no address was refused."),
        (3, 0, Level.OK, "3 unsubscribed."),
        (0, 1, Level.WARNING, "1 has an address that a server refused."),
        (1, 2, Level.WARNING, "1 unsubscribed; 2 have an address that a server refused."),
    ],
)
def test_who_gets_no_mail_is_counted(unsubscribed: int, refused: int, level: Level, words: str) -> None:
    check = check_silenced(Counts(0, 0, unsubscribed, refused))

    assert (check.level, check.sentence) == (level, words)


@pytest.mark.parametrize(("mails", "level"), [(0, Level.OK), (5_000, Level.OK), (5_001, Level.WARNING)])
def test_above_5000_mails_a_day_the_rules_of_large_providers_are_told(mails: int, level: Level) -> None:
    check = check_volume(mails, "2020-01-13" if mails else None, one_click=False)

    assert check.level is level
    assert ("https" in check.remedy) is (level is Level.WARNING)
