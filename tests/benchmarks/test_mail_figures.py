"""The table of the mail benchmark: a ratio for each round, and whether it reaches what was set out."""

import json

import pytest
from benchmarks.mail_figures import Series, Table, Target, printed

FAST, SLOW = (
    Series("fast", "mails/s", (900.0, 500.0, 800.0), "9,000 bytes a mail"),
    Series("slow", "mails/s", (30, 10, 40)),
)
AT_LEAST = Target("fast", "slow", 25)
AT_MOST = Target("slow", "fast", 0.025, at_most=True)


def test_a_ratio_compares_what_was_measured_in_the_same_round() -> None:
    [ratio] = Table("mail", (FAST, SLOW), (AT_LEAST,)).ratios()

    assert ratio.values == (30, 50, 20)
    assert ratio.median == 30  # that of the medians would be 800 / 30


@pytest.mark.parametrize(
    ("target", "reached"),
    [
        (Target("fast", "slow", 30), True),
        (Target("fast", "slow", 31), False),
        (Target("slow", "fast", 0.034, at_most=True), True),
        (Target("slow", "fast", 0.033, at_most=True), False),
    ],
)
def test_a_target_is_a_least_or_a_most_and_its_very_value_reaches_it(target: Target, reached: bool) -> None:
    [ratio] = Table("mail", (FAST, SLOW), (target,)).ratios()

    assert ratio.reached is reached


def test_what_was_measured_once_is_compared_with_the_median_of_the_other() -> None:
    once = Series("slow", "mails/s", (40.0,))
    [ratio] = Table("mail", (FAST, once), (AT_LEAST,)).ratios()

    assert ratio.values == (20,)


def test_a_target_without_its_peer_is_printed_as_not_measured() -> None:
    table = Table("mail", (FAST,), (AT_LEAST,))

    assert table.ratios() == []
    assert "| fast / slow | not measured | >= 25 | |" in printed([table]).splitlines()


def test_the_table_shows_medians_with_their_range_and_each_verdict() -> None:
    lines = printed([Table("10 mails", (FAST, SLOW), (AT_LEAST, AT_MOST))]).splitlines()

    assert lines[0] == "## 10 mails"
    assert "| fast | 800 [500-900] mails/s | 9,000 bytes a mail |" in lines
    assert "| fast / slow | 30 [20-50] | >= 25 | reached |" in lines
    assert "| slow / fast | 0.0333 [0.02-0.05] | <= 0.025 | **not reached** |" in lines


def test_json_holds_every_value_of_every_round() -> None:
    table = json.loads(json.dumps(Table("mail", (FAST, SLOW), (AT_LEAST,)).as_json()))

    assert table["series"][0]["values"] == [900, 500, 800]
    assert table["ratios"] == [
        {"ours": "fast", "other": "slow", "target": ">= 25", "values": [30, 50, 20], "median": 30, "reached": True}
    ]
