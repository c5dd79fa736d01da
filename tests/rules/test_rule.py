"""The rule grammar of `programme-file`, "Rules": every form, and errors that name the word that is wrong."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convene.rules.rule import Rule, RuleError, parse_rule
from convene.rules.vocabulary import NoticeKind

GOOD = {
    # as written: canonical
    "7 days before at 09:00": "7 days before at 09:00",
    "7 days before": "7 days before at 09:00",
    "  1   DAY Before AT 17:00 ": "1 day before at 17:00",
    "1 days before": "1 day before at 09:00",
    "2 weeks before start at 08:30": "2 weeks before at 08:30",
    "1 month before": "1 month before at 09:00",
    "0 days before at 07:00": "0 days before at 07:00",
    "007 days before": "7 days before at 09:00",
    "1 day before closing each day": "1 day before closing each day at 09:00",
    "10 minutes after start": "10 minutes after start",
    "60 months before": "60 months before at 09:00",
    "1 hour before": "1 hour before",
    "90 minutes before": "90 minutes before",
    "1 hour before each live day": "1 hour before each live day",
    "1 day before each day at 18:00": "1 day before each day at 18:00",
    "2 days before closing": "2 days before closing at 09:00",
    "1 day before end": "1 day before end at 09:00",
    "1 day after start": "1 day after start at 09:00",
    "1 day after joining": "1 day after joining at 09:00",
    "3 hours after joining": "3 hours after joining",
    "1 day before at 08:00 venue time": "1 day before at 08:00 venue time",
    "on Fri 2027-06-04 at 10:00": "on 2027-06-04 at 10:00",
    "on 2027-06-04": "on 2027-06-04 at 09:00",
    "on friday, 2027-06-04": "on 2027-06-04 at 09:00",
    "thanks 1 day after": "thanks 1 day after at 10:00",
    "thanks 1 day after end at 16:00": "thanks 1 day after at 16:00",
    "Action  Plan 3 days after": "action plan 3 days after at 10:00",
    "progress 12 months after": "progress 12 months after at 10:00",
    "progress on Mon 2022-02-14": "progress on 2022-02-14 at 10:00",
    "thanks 2 hours after": "thanks 2 hours after",
}

BAD = {
    # as written: the word that the error must name
    "seven days before": "seven",
    "-7 days before": "-7",
    "7.5 days before": "7.5",
    "٧ days before": "٧",
    "7 dayz before": "dayz",
    "7 fortnights before": "fortnights",
    "7 days beforehand": "beforehand",
    "7 days ahead at 09:00": "ahead",
    "7 days before at 9:00": "9:00",
    "7 days before at 24:00": "24:00",
    "7 days before at 09:60": "09:60",
    "7 days before at nine": "nine",
    "7 days before at 09:00 local time": "local",
    "7 days before at 09:00 venue clock": "clock",
    "7 days before opening": "opening",
    "7 days before each week": "week",
    "7 days before each live event": "event",
    "7 days before at 09:00 please": "please",
    "7 days before 09:00": "09:00",
    "1 hour before at 09:00": "at",
    "30 minutes before each day at 09:00": "at",
    "2 hours before at": "at",
    "2 days after joining each day": "each",
    "1 day before closing each live day": "live",
    "7 days before at 0٩:00": "0٩:00",
    "1 day before venue time": "venue",
    "7 days before start end": "end",
    "7 days before at 09:00 each day": "each",
    "before 7 days": "before",
    "0000061 months before": "0000061",
    "9" * 5000 + " days before": "9" * 5000,
    "on 0001-01-01": "0001-01-01",
    "on Fri 9999-12-31 at 23:00": "Fri 9999-12-31",
    "1 day before joining": "joining",
    "thanks 1 day before": "before",
    "progress 3 months before end": "before",
    "61 months before": "61",
    "100000 days before": "100000",
    "on Mon 2027-06-04": "Mon 2027-06-04",
    "on 2027-02-29": "2027-02-29",
    "on 4 June 2027": "4",
    "on Fri 4 June 2027": "Fri 4",
    "remind 7 days before": "remind",
}

CUT_SHORT = (
    "",
    "7",
    "7 days",
    "7 days before at",
    "7 days before each",
    "1 hour before each live",
    "1 day before at 09:00 venue",
    "on",
    "on Fri",
    "thanks",
    "action plan 3",
)
WORDS = [
    "7", "days", "hours", "before", "after", "start", "joining", "closing", "at", "09:00", "each", "live", "day", "on",
    "2027-06-04", "Fri", "thanks", "venue", "time", "x",
]  # fmt: skip


@pytest.mark.parametrize(("written", "canonical"), GOOD.items())
def test_a_rule_has_one_canonical_text_however_it_is_spelled(written: str, canonical: str) -> None:
    assert parse_rule(written).text == canonical
    assert parse_rule(canonical) == parse_rule(written)


@pytest.mark.parametrize(("written", "word"), BAD.items())
def test_a_wrong_rule_is_refused_with_the_word_that_is_wrong(written: str, word: str) -> None:
    with pytest.raises(RuleError) as raised:
        parse_rule(written)

    assert raised.value.sentence.startswith(f'In the rule "{written}", "{word}" ')
    assert raised.value.remedy


@pytest.mark.parametrize("written", CUT_SHORT)
def test_a_rule_that_stops_too_early_says_what_comes_next(written: str) -> None:
    with pytest.raises(RuleError, match="stops too early") as raised:
        parse_rule(written)

    assert raised.value.remedy.startswith("go on with ")


def test_a_misspelt_word_brings_the_nearest_one() -> None:
    with pytest.raises(RuleError) as raised:
        parse_rule("7 dais before")

    assert raised.value.remedy == "did you mean days?"


def test_a_weekday_that_contradicts_the_date_is_refused_with_the_right_one() -> None:
    with pytest.raises(RuleError, match="is a Friday") as raised:
        parse_rule("on Mon 2027-06-04 at 10:00")

    assert raised.value.remedy == "write: Fri 2027-06-04"


def test_the_first_words_say_which_follow_up_it_is() -> None:
    assert parse_rule("thanks 1 day after").kind is NoticeKind.THANKS
    assert parse_rule("action plan 3 days after").kind is NoticeKind.ACTION_PLAN
    assert parse_rule("progress 1 month after").kind is NoticeKind.PROGRESS
    assert parse_rule("7 days before").kind is NoticeKind.REMINDER
    assert parse_rule("7 days before", NoticeKind.INVITATION).kind is NoticeKind.INVITATION


def test_before_counts_from_the_start_and_after_from_the_end() -> None:
    assert parse_rule("1 day before").anchor == "start"
    assert parse_rule("thanks 1 day after").anchor == "end"


def test_only_hours_and_minutes_count_from_the_instant() -> None:
    assert parse_rule("1 hour before").counts_instants
    assert parse_rule("30 minutes before").counts_instants
    assert not parse_rule("1 day before").counts_instants
    assert not parse_rule("on 2027-06-04").counts_instants


@pytest.mark.parametrize(
    ("one", "other"), [("1 week before", "7 days before"), ("2 hours before", "120 minutes before")]
)
def test_rules_that_say_the_same_in_other_units_are_due_together_and_keep_their_words(one: str, other: str) -> None:
    assert parse_rule(one).in_small_units == parse_rule(other).in_small_units
    assert parse_rule(one).text != parse_rule(other).text


def test_a_month_is_no_number_of_days() -> None:
    assert parse_rule("1 month before").in_small_units != parse_rule("30 days before").in_small_units


FOLLOW_UPS = (NoticeKind.THANKS, NoticeKind.ACTION_PLAN, NoticeKind.PROGRESS)
LARGEST = {"minutes": 10_000, "hours": 1_000, "days": 1_000, "weeks": 200, "months": 60}
notice_kinds = st.sampled_from((NoticeKind.REMINDER, NoticeKind.INVITATION, *FOLLOW_UPS))
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@st.composite
def relative_rules(draw: st.DrawFn) -> Rule:
    kind = draw(notice_kinds)
    unit = draw(st.sampled_from(sorted(LARGEST)))
    after = kind in FOLLOW_UPS or draw(st.booleans())
    anchor = draw(st.sampled_from(("start", "end", "closing", *(("joining",) if after else ()))))
    each = {"joining": [""], "closing": ["", "day"]}.get(anchor, ["", "day", "live day"])
    at = None if unit in ("minutes", "hours") else draw(times)
    return Rule(
        kind,
        amount=draw(st.integers(0, LARGEST[unit])),
        unit=unit,
        after=after,
        anchor=anchor,
        each=draw(st.sampled_from(each)),
        at=at,
        venue_time=at is not None and draw(st.booleans()),
    )


written_rules = st.builds(
    Rule, notice_kinds, at=times, venue_time=st.booleans(), on=st.dates(date(1970, 1, 1), date(2199, 12, 31))
)


@given(relative_rules() | written_rules)
def test_every_rule_is_read_back_from_its_own_text(rule: Rule) -> None:
    assert parse_rule(rule.text, rule.kind) == rule
    assert parse_rule(rule.text.upper(), rule.kind) == rule
    assert parse_rule(rule.text, rule.kind).text == rule.text


def read(written: str) -> Rule | RuleError:
    try:
        return parse_rule(written)
    except RuleError as error:
        return error


@given(st.lists(st.sampled_from(WORDS)).map(" ".join) | st.text())
def test_whatever_is_written_is_either_a_rule_or_one_clear_error(written: str) -> None:
    found = read(written)

    if isinstance(found, RuleError):
        assert found.sentence.endswith(".")
        assert found.remedy
    else:
        assert parse_rule(found.text) == found
