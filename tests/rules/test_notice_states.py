"""The life of a notice: the transitions of design section 5, and no others."""

import pytest

from convene.rules.notice_states import CLAIMABLE, IN_FLIGHT, UNSENT, NoticeState, may_become, states_before

DESIGN = {
    "planned": "claimed cancelled missed",
    "claimed": "body_sent planned deferred failed cancelled missed",
    "body_sent": "sent deferred failed uncertain planned",
    "deferred": "claimed cancelled missed failed",
    "uncertain": "claimed cancelled missed failed",
    "failed": "planned",
    "sent": "",
    # Beyond the table of the design: an event confirmed again wants its notices back, one that has got a later date the
    # invitations that came too late for the date before.
    "cancelled": "planned",
    "missed": "planned",
}


@pytest.mark.parametrize("new", NoticeState)
@pytest.mark.parametrize("old", NoticeState)
def test_a_state_follows_another_exactly_where_the_design_says_so(old: NoticeState, new: NoticeState) -> None:
    assert may_become(old, new) == (new.value in DESIGN[old.value].split())


@pytest.mark.parametrize("new", NoticeState)
def test_an_update_is_guarded_by_the_states_it_may_leave(new: NoticeState) -> None:
    assert set(states_before(new)) == {old for old in NoticeState if new.value in DESIGN[old.value].split()}


def test_what_was_sent_stays_so() -> None:
    assert not any(may_become(NoticeState.SENT, new) for new in NoticeState)


def test_a_worker_takes_only_what_waits_and_the_planner_touches_nothing_in_flight() -> None:
    assert set(CLAIMABLE) == set(states_before(NoticeState.CLAIMED))
    assert not set(UNSENT) & set(IN_FLIGHT)
