"""Planning as a reconciliation, from programme files through a real database."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select
from tests.programmes import query
from tests.rules.planned_events import utc
from tests.usecases.sample_planner import HEAD, MEETING, NOW, PEOPLE, TRAINING, Planner

from convene.model.notice import Cause
from convene.model.person import Invitation
from convene.resources import resource_folder
from convene.rules.vocabulary import NoticeKind
from convene.store import invited_groups
from convene.store.invited_groups import InvitedGroup, Seating
from convene.store.waiting_notices import skip_due
from convene.usecases.events.set_event_aside import cancel_event
from convene.usecases.planning import plan_notices
from convene.usecases.planning.mails_ahead import FirstAhead


def test_case_1_alone_plans_the_165_mails_of_the_specification(planner: Planner) -> None:
    folder = resource_folder("config") / "programmes"
    for name in ("online-2022.yaml", "online-2022.people.csv"):
        text = (folder / name).read_text("utf-8").replace(", staff]", "]")
        (planner.folder / name).write_text(text, "utf-8")
    now = utc(2022, 1, 1)

    applied = planner.apply_file(planner.folder / "online-2022.yaml", now)

    follow_ups = {"thanks": 15, "action-plan": 15, "progress": 45}
    mails = applied.planned.mails
    assert {kind: ahead.notices for kind, ahead in mails.kinds.items()} == {
        "invitation": 15,
        "reminder": 75,
        **follow_ups,
    }
    invitations, reminders = mails.kinds[NoticeKind.INVITATION], mails.kinds[NoticeKind.REMINDER]
    assert (invitations.now, reminders.soon, reminders.later) == (15, 14, 61)
    assert mails.first == FirstAhead(NoticeKind.REMINDER, utc(2022, 1, 3, 2), "Asia/Phnom_Penh")
    assert invitations.languages == {"km": 7, "bn": 8}
    assert applied.planned.never_due.total() == 0


@pytest.mark.parametrize("name", ["online-2022", "ripess-webinar", "sgra-cambodia", "sgra-laos"])
def test_planning_a_real_programme_again_changes_nothing(planner: Planner, name: str) -> None:
    now = utc(2015, 1, 1)
    applied = planner.apply_file(resource_folder("config") / "programmes" / f"{name}.yaml", now)
    before = planner.stored()

    again = planner.plan_again(now + timedelta(hours=1), name)

    assert applied.planned.mails
    assert (again.added, again.changed, again.cancelled) == (0, 0, 0)
    assert planner.stored() == before


def test_applying_a_file_twice_changes_nothing(planner: Planner) -> None:
    planner.apply(MEETING + TRAINING)
    before = planner.stored()

    again = planner.apply(MEETING + TRAINING, NOW + timedelta(days=1))

    assert (len(again.planned.mails), again.planned.cancelled) == (0, 0)
    assert planner.stored() == before


def test_planning_in_many_small_steps_is_planning_at_once(planner: Planner, monkeypatch: pytest.MonkeyPatch) -> None:
    meetings = [MEETING.replace("dac-3", f"dac-{number}").replace("20,", f"{20 + number},") for number in (3, 4, 5)]
    with monkeypatch.context() as small:
        small.setattr(invited_groups, "_FEW_EVENTS", 1)
        small.setattr(plan_notices, "_BATCH", 1)
        applied = planner.apply("".join(meetings) + TRAINING)
    before = planner.stored()

    again = planner.plan_again(NOW)

    assert applied.planned.added == len(planner.notices())
    assert {notice.cause.event_id for notice in planner.notices()} >= {1, 2, 3, 4}
    assert (again.added, again.changed, again.cancelled) == (0, 0, 0)
    assert planner.stored() == before


class SeatedWhileRead(Seating):
    """Has more people seated while the groups of those before them are still being read."""

    def groups(self) -> Iterator[list[InvitedGroup]]:
        for alike in super().groups():
            self.seat_next()
            yield alike


def test_people_may_be_seated_while_the_groups_before_them_are_read(
    planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    meetings = [MEETING.replace("dac-3", f"dac-{number}").replace("20,", f"{20 + number},") for number in (3, 4, 5)]
    planner.apply("".join(meetings) + TRAINING)
    before = planner.stored()
    monkeypatch.setattr(invited_groups, "_FEW_EVENTS", 2)
    monkeypatch.setattr(plan_notices, "_BATCH", 1)
    monkeypatch.setattr(plan_notices, "Seating", SeatedWhileRead)

    again = planner.plan_again(NOW)

    assert (again.added, again.changed, again.cancelled) == (0, 0, 0)
    assert planner.stored() == before


def test_who_was_told_is_planned_the_same_in_many_small_steps(
    planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner.apply(MEETING + TRAINING)
    planner.send_due(utc(2020, 1, 13, 2))
    before = planner.stored()
    monkeypatch.setattr(invited_groups, "_FEW_EVENTS", 1)
    monkeypatch.setattr(plan_notices, "_BATCH", 1)

    planner.plan_again(utc(2020, 1, 14))

    assert planner.stored() == before


def test_a_pass_that_is_refused_a_notice_leaves_nothing_behind(planner: Planner) -> None:
    planner.apply(MEETING + TRAINING)
    carry_out(planner, "DELETE FROM noticepart", "DELETE FROM notice", "DELETE FROM cause")
    carry_out(planner, "CREATE UNIQUE INDEX one_for_each ON notice (person_id)")

    with pytest.raises(IntegrityError):
        planner.plan_again(NOW)

    carry_out(planner, "DROP INDEX one_for_each")
    assert planner.stored() == []
    assert query(planner.database, "SELECT * FROM cause") == []
    assert planner.plan_again(NOW).added == len(planner.notices()) > 0


def carry_out(planner: Planner, *statements: str) -> None:
    with planner.database.writing() as session:
        for statement in statements:
            session.execute(text(statement))


def test_planning_again_after_everything_was_sent_changes_nothing(planner: Planner) -> None:
    planner.apply(MEETING + TRAINING)
    planner.send_due(utc(2020, 1, 13, 2))
    before = planner.stored()

    planner.plan_again(utc(2020, 1, 14))

    assert planner.stored() == before


def test_only_participants_are_asked_for_plans_and_progress(planner: Planner) -> None:
    planner.apply(TRAINING.replace("kind: meeting", "kind: training"))

    assert Counter(notice.kind for notice in planner.notices(address="p1@team.example"))["progress"] == 4
    assert {notice.kind for notice in planner.notices(address="p2@team.example")} == {
        "invitation",
        "reminder",
        "thanks",
    }


def test_what_was_due_before_a_late_apply_is_not_written_and_counted(planner: Planner) -> None:
    applied = planner.apply(now=utc(2020, 1, 14))

    assert planner.due("reminder") == ["2020-01-17T17:00:00"]
    assert applied.planned.never_due.total() == 2


def test_two_events_of_one_date_are_reminded_of_in_one_mail(planner: Planner) -> None:
    planner.apply(MEETING + TRAINING)

    assert planner.due("reminder") == []
    assert planner.due("digest") == ["2020-01-13T09:00:00", "2020-01-17T17:00:00"]


def test_with_one_part_left_a_digest_is_a_plain_reminder_again(planner: Planner) -> None:
    planner.apply(MEETING + TRAINING)
    planner.apply(MEETING, NOW + timedelta(hours=1))

    assert planner.due("digest") == []
    assert planner.due("reminder") == ["2020-01-13T09:00:00", "2020-01-17T17:00:00"]


def test_what_a_digest_said_is_not_said_again_and_what_comes_later_is(planner: Planner) -> None:
    planner.apply(MEETING + TRAINING)
    planner.send_due(NOW)
    assert planner.send_due(utc(2020, 1, 13, 2)) == {"digest": 2}

    launch = TRAINING.replace("tot-2", "launch").replace("Training", "Launch")
    applied = planner.apply(MEETING + TRAINING + launch, utc(2020, 1, 13, 3))

    assert applied.planned.never_due.total() == 2  # the 7-day reminder of the event that came too late for it
    assert planner.due("digest") == ["2020-01-17T17:00:00"]
    assert planner.due("reminder") == []


def test_an_event_that_moves_is_reminded_anew_and_corrected_for_those_who_were_told(planner: Planner) -> None:
    planner.apply()
    planner.send_due(NOW)
    newcomer = PEOPLE + "p4@team.example,Participant 4,KH,km,,team\n"
    changed_at = utc(2020, 1, 6, 3)

    planner.apply(MEETING.replace("2020-01-20", "2020-01-22"), changed_at, people=newcomer)

    assert planner.due("reminder") == ["2020-01-15T09:00:00", "2020-01-21T17:00:00"]
    assert {notice.row.due_at for notice in planner.notices("change")} == {changed_at + timedelta(minutes=10)}
    assert len(planner.notices("change")) == 2
    assert planner.due("invitation", "p4@team.example") == ["2020-01-06T10:00:00"]


def test_there_and_back_is_silent(planner: Planner) -> None:
    planner.apply()
    planner.send_due(NOW)
    planner.apply(MEETING.replace("2020-01-20", "2020-01-22"), utc(2020, 1, 6, 3))
    planner.apply(MEETING, utc(2020, 1, 6, 4))

    assert planner.send_due(utc(2020, 1, 7)) == {}
    assert planner.due("reminder") == ["2020-01-13T09:00:00", "2020-01-17T17:00:00"]


def test_a_change_of_title_alone_mails_nobody(planner: Planner) -> None:
    planner.apply()
    planner.send_due(NOW)
    planner.apply(MEETING.replace("{en: Meeting}", "{en: Annual meeting}"), utc(2020, 1, 6))

    assert planner.notices("change") == []


def test_cancelling_tells_those_who_were_told_and_leaves_nothing_else_waiting(planner: Planner) -> None:
    planner.apply(MEETING + TRAINING.replace("[team]", "[guests]"))
    planner.send_due(NOW)
    with planner.database.writing() as session:
        cancel_event(session, "sgra/dac-3", [], utc(2020, 1, 6))

    waiting = {(notice.kind, notice.cause.event_id) for notice in planner.notices(state="planned")}
    assert {event for kind, event in waiting if kind != "cancellation"} == {2}
    assert len(planner.notices("cancellation")) == 2
    assert {notice.reason for notice in planner.notices("reminder", state="cancelled")} == {"the event was cancelled"}


def test_cancelling_an_event_that_nobody_was_told_of_is_silent(planner: Planner) -> None:
    planner.apply()
    planner.apply(MEETING + "    status: cancelled\n", NOW + timedelta(minutes=1))

    assert planner.notices(state="planned") == []


def test_an_event_confirmed_again_has_its_notices_back_under_their_own_keys(planner: Planner) -> None:
    planner.apply()
    keys = {notice.row.id for notice in planner.notices("reminder")}
    planner.apply(MEETING + "    status: postponed\n", NOW + timedelta(hours=1))
    assert planner.notices(state="planned") == []

    planner.apply(MEETING, NOW + timedelta(hours=2))

    assert {notice.row.id for notice in planner.notices("reminder", state="planned")} == keys
    assert planner.notices("change") == []


def test_who_leaves_a_group_is_told_once_if_told_before_and_comes_back_in_a_new_round(planner: Planner) -> None:
    planner.apply()
    planner.send_due(NOW)
    without = PEOPLE.replace("KH,km,,team", "KH,km,,others")

    planner.apply(now=utc(2020, 1, 6), people=without)
    assert planner.due("reminder") == []
    assert planner.send_due(utc(2020, 1, 7)) == {"cancellation": 1}
    planner.plan_again(utc(2020, 1, 7))
    assert planner.due("cancellation") == []

    planner.apply(now=utc(2020, 1, 8))
    assert [notice.row.round for notice in planner.notices("invitation", "p1@team.example")] == [1, 2]
    assert planner.send_due(utc(2020, 1, 9)) == {"invitation": 1}


def test_a_slip_in_the_people_file_that_is_mended_within_the_hold_mails_nobody(planner: Planner) -> None:
    planner.apply()
    planner.send_due(NOW)
    due = planner.due("reminder")

    planner.apply(now=utc(2020, 1, 6), people=PEOPLE.replace("KH,km,,team", "KH,km,,others"))
    planner.apply(now=utc(2020, 1, 6, 0, 5))

    assert planner.send_due(utc(2020, 1, 7)) == {}
    assert planner.due("reminder") == due


def test_a_slip_in_the_people_file_costs_no_reminder_and_repeats_none_that_counts_from_joining(
    planner: Planner,
) -> None:
    rules = "reminders: [2 days after joining at 09:00, 7 days before at 09:00]\nfollow_ups: []\n"
    planner.apply(general=rules)
    planner.send_due(NOW)
    assert planner.send_due(utc(2020, 1, 4)) == {"reminder": 2}

    at = utc(2020, 1, 13, 1, 55)  # five minutes before the second reminder is due
    planner.apply(now=at, people=PEOPLE.replace("KH,km,,team", "KH,km,,others"), general=rules)
    assert planner.send_due(at + timedelta(minutes=9)) == {"reminder": 1}
    planner.apply(now=at + timedelta(minutes=9), general=rules)

    assert planner.send_due(at + timedelta(minutes=10)) == {"reminder": 1}
    assert planner.due("reminder") == []
    assert {notice.row.round for notice in planner.notices()} == {1}


def test_a_reminder_that_came_due_during_a_slip_is_not_sent_once_its_event_has_begun(planner: Planner) -> None:
    rules = "reminders: [1 hour before]\nfollow_ups: []\n"
    planner.apply(general=rules)
    planner.send_due(NOW)

    planner.apply(now=utc(2020, 1, 20, 0, 50), people=PEOPLE.replace("KH,km,,team", "KH,km,,others"), general=rules)
    planner.apply(now=utc(2020, 1, 20, 2, 30), general=rules)

    assert planner.send_due(utc(2020, 1, 20, 2, 31)) == {}
    assert [notice.row.state for notice in planner.notices("reminder", "p1@team.example")] == ["cancelled"]


def test_who_leaves_before_being_told_hears_nothing(planner: Planner) -> None:
    planner.apply()
    planner.apply(now=NOW + timedelta(minutes=1), people=PEOPLE.replace("KH,km,,team", "KH,km,,others"))

    assert {notice.state for notice in planner.notices(address="p1@team.example")} == {"cancelled"}
    assert {notice.reason for notice in planner.notices(address="p1@team.example")} == {
        "the person was taken off the list"
    }


def test_who_declined_gets_no_more_reminders(planner: Planner) -> None:
    planner.apply()
    with planner.database.writing() as session:
        for row in session.exec(select(Invitation)):
            row.answer = "declined"
    planner.plan_again(NOW)

    assert planner.notices(state="planned") == []


def test_a_reader_who_moves_is_reminded_on_their_new_clock(planner: Planner) -> None:
    planner.apply()
    keys = [notice.row.id for notice in planner.notices("reminder", "p1@team.example")]
    abroad = PEOPLE.replace('Cambodia",KH,km,,team', 'Cambodia",JP,km,,team')

    planner.apply(now=NOW + timedelta(hours=1), people=abroad)

    moved = planner.notices("reminder", "p1@team.example", "planned")
    assert [notice.row.id for notice in moved] == keys
    assert [(notice.row.due_at, notice.row.timezone) for notice in moved] == [
        (utc(2020, 1, 10, 0), "Asia/Tokyo"),  # Monday 13 January is a holiday in Japan
        (utc(2020, 1, 17, 8), "Asia/Tokyo"),
    ]


def test_of_several_overdue_reminders_only_the_latest_leaves(planner: Planner) -> None:
    planner.apply()
    planner.send_due(NOW)

    assert planner.send_due(utc(2020, 1, 18)) == {"reminder": 2}
    sent, missed = (planner.notices("reminder", "p1@team.example", state) for state in ("sent", "missed"))
    assert [notice.due_local for notice in sent] == ["2020-01-17T17:00:00"]
    assert [notice.due_local for notice in missed] == ["2020-01-13T09:00:00"]
    assert missed[0].reason


def test_an_overdue_invitation_leaves_in_place_of_overdue_reminders(planner: Planner) -> None:
    planner.apply()

    assert planner.send_due(utc(2020, 1, 18)) == {"invitation": 2}
    assert {notice.state for notice in planner.notices("reminder")} == {"missed"}


def test_a_reminder_of_another_event_is_not_overtaken(planner: Planner) -> None:
    planner.apply(MEETING + TRAINING.replace("2020-01-20", "2020-01-23").replace("[team]", "[guests, team]"))
    planner.send_due(NOW)

    planner.send_due(utc(2020, 1, 18))

    events = {notice.cause.event_id for notice in planner.notices("reminder", "p1@team.example", "sent")}
    assert len(events) == 2


def test_nothing_leaves_once_what_it_speaks_of_has_begun(planner: Planner) -> None:
    planner.apply()

    assert planner.send_due(utc(2020, 1, 20, 2)) == {}
    assert {notice.state for notice in planner.notices("reminder")} == {"missed"}
    assert planner.send_due(utc(2020, 1, 21, 3)) == {"thanks": 2}


def test_a_rule_that_applies_from_now_on_never_reaches_back(planner: Planner) -> None:
    planner.apply(general="reminders: [1 day before]\n")

    applied = planner.apply(now=utc(2020, 1, 14), general="reminders: [10 days before, 1 day before]\n")

    assert applied.planned.never_due.total() == 2
    assert planner.due("reminder") == ["2020-01-17T09:00:00"]


def test_no_reminders_and_no_follow_ups_are_a_choice(planner: Planner) -> None:
    planner.apply(general="reminders: []\nfollow_ups: []\n")

    assert {notice.kind for notice in planner.notices()} == {"invitation"}


def test_working_days_may_be_ignored(planner: Planner) -> None:
    planner.apply(general="", events=MEETING)
    shifted = planner.due("reminder")
    text = (planner.folder / "programme.yaml").read_text("utf-8")
    (planner.folder / "programme.yaml").write_text(
        text.replace("  language: en\n", "  language: en\n  working_days: ignore\n"), "utf-8"
    )

    planner.apply_file(planner.folder / "programme.yaml", NOW + timedelta(hours=1))

    assert shifted == ["2020-01-13T09:00:00", "2020-01-17T17:00:00"]
    assert planner.due("reminder") == ["2020-01-13T09:00:00", "2020-01-19T17:00:00"]


def test_a_rule_is_stored_by_its_canonical_words(planner: Planner) -> None:
    planner.apply(general="reminders: [1 days before at 17:00]\n")
    planner.apply(now=NOW + timedelta(hours=1), general="reminders: [1  Day before at 17:00]\n")

    with planner.database.reading() as session:
        words = session.exec(select(Cause.rule).where(Cause.kind == "reminder")).all()
    assert set(words) == {"1 day before at 17:00"}


def test_another_venue_leaves_the_reminders_as_they_are(planner: Planner) -> None:
    venues = "venues: {old: {title: Old hall, timezone: Asia/Phnom_Penh}, new: {title: New hall, timezone: "
    venues += "Asia/Phnom_Penh}}\n"
    planner.apply(MEETING + "    venue: old\n", general=venues)
    due = planner.due("reminder")

    planner.apply(MEETING + "    venue: new\n", now=utc(2020, 1, 15), general=venues)

    assert planner.due("reminder") == due


def test_an_empty_list_of_invitations_invites_nobody(planner: Planner) -> None:
    planner.apply(MEETING + "    invitations: []\n")

    assert planner.notices("invitation") == []
    assert planner.notices("reminder") != []


def test_a_cohort_of_a_cohort_follows_the_rules_of_the_first(planner: Planner) -> None:
    cohorts = "".join(
        f"  dac-{later}: {{same_as: dac-{first}, starts: 2020-0{later - 2}-20, invite: [team]}}\n"
        for first, later in ((3, 4), (4, 5))
    )
    planner.apply(MEETING + "    reminders: [2 days before at 08:00]\n    follow_ups: []\n" + cohorts)

    assert [local[-8:] for local in planner.due("reminder")] == ["08:00:00"] * 3


def test_an_invitation_that_came_too_late_is_missed_and_not_cancelled(planner: Planner) -> None:
    planner.apply()

    planner.apply(now=utc(2020, 1, 20, 5))
    planner.send_due(utc(2020, 1, 20, 5))

    assert {notice.state for notice in planner.notices("invitation")} == {"missed"}


def test_who_was_invited_too_late_is_invited_when_the_event_gets_a_later_date(planner: Planner) -> None:
    planner.apply()
    running = utc(2020, 1, 20, 3)
    planner.send_due(running)

    moved = planner.apply(MEETING.replace("2020-01-20", "2020-02-20"), running)

    assert moved.planned.mails.kinds[NoticeKind.INVITATION].now == 2
    assert planner.due("invitation") == ["2020-01-20T10:00:00"]
    assert planner.send_due(running + timedelta(minutes=1)) == {"invitation": 2}
    assert planner.apply(MEETING.replace("2020-01-20", "2020-02-20"), running + timedelta(hours=1)).planned.changed == 0


def test_an_invitation_that_an_operator_let_go_stays_so(planner: Planner) -> None:
    planner.apply()
    with planner.database.writing() as session:
        skip_due(session, NOW, None, "left out")

    planner.apply(MEETING.replace("2020-01-20", "2020-02-20"), utc(2020, 1, 20, 3))

    assert {notice.state for notice in planner.notices("invitation")} == {"missed"}


def test_who_knows_of_the_event_by_another_mail_is_not_invited_late(planner: Planner) -> None:
    video = TRAINING.replace("{on: 2020-01-20}", "{on: 2020-01-20, mode: on-demand, until: 2020-01-24}")
    video += "    reminders: [1 day before closing at 09:00]\n"
    planner.apply(video)
    planner.send_due(utc(2020, 1, 20, 3))
    assert planner.send_due(utc(2020, 1, 23, 3)) == {"reminder": 2}

    later = utc(2020, 1, 23, 4)
    planner.apply(video.replace("2020-01-24}", "2020-01-24}, {on: 2020-02-03}"), later)

    assert planner.send_due(later + timedelta(hours=1)) == {"change": 2}


def quiet(planner: Planner, hours: str, rules: str, events: str = MEETING) -> list[tuple[str, str]]:
    """Kind and due moment of one person's notices in a programme with quiet hours."""
    planner.apply(events=events, general=f"reminders: [{rules}]\nfollow_ups: [thanks 1 day after at 05:00]\n")
    file = planner.folder / "programme.yaml"
    written = f"  language: en\n  quiet_hours: {hours}\n"
    file.write_text(file.read_text("utf-8").replace("  language: en\n", written), "utf-8")
    planner.apply_file(file, NOW + timedelta(hours=1))
    notices = planner.notices(address="p1@team.example", state="planned")
    return [(notice.kind, notice.due_local[:16]) for notice in notices if notice.kind != "invitation"]


def test_what_falls_into_quiet_hours_leaves_when_they_end(planner: Planner) -> None:
    assert quiet(planner, "21:00-07:00", "6 days before at 22:30, 5 days before at 06:59, 4 days before at 07:00") == [
        ("reminder", "2020-01-15T07:00"),
        ("reminder", "2020-01-16T07:00"),
        ("thanks", "2020-01-21T07:00"),
    ]


def test_hours_and_what_begins_soon_after_are_not_kept_waiting(planner: Planner) -> None:
    early = MEETING.replace("from: 09:00", "from: 08:00")

    assert quiet(planner, "21:00-07:00", "3 hours before, 0 days before at 05:30, 1 day before at 22:00", early) == [
        ("reminder", "2020-01-18T07:00"),
        ("reminder", "2020-01-20T05:00"),
        ("reminder", "2020-01-20T05:30"),
        ("thanks", "2020-01-21T07:00"),
    ]


def test_an_invitation_and_a_correction_wait_for_the_morning_too(planner: Planner) -> None:
    settings = HEAD.replace("  language: en\n", "  language: en\n  quiet_hours: 21:00-07:00\n")
    file = planner.folder / "programme.yaml"
    (planner.folder / "people.csv").write_text(PEOPLE, "utf-8")
    file.write_text(f"{settings}events:\n{MEETING}", "utf-8")
    planner.apply_file(file, utc(2020, 1, 1, 16))
    assert planner.due("invitation") == ["2020-01-02T07:00:00"]

    planner.send_due(utc(2020, 1, 2))
    file.write_text(f"{settings}events:\n{MEETING.replace('2020-01-20', '2020-01-22')}", "utf-8")
    planner.apply_file(file, utc(2020, 1, 6, 15))

    assert planner.due("change") == ["2020-01-07T07:00:00"]


def with_quiet_hours(planner: Planner, events: str, hours: str, now: datetime) -> int:
    """Apply the programme with these quiet hours, or without any; how many notices changed."""
    settings = f"  language: en\n  quiet_hours: {hours}\n" if hours else "  language: en\n"
    file = planner.folder / "programme.yaml"
    file.write_text(HEAD.replace("  language: en\n", settings) + f"events:\n{events}", "utf-8")
    return planner.apply_file(file, now).planned.changed


def test_a_correction_that_waits_follows_the_quiet_hours_until_its_moment_has_come(planner: Planner) -> None:
    planner.apply()
    planner.send_due(NOW)
    moved = MEETING.replace("2020-01-20", "2020-01-22")
    evening = utc(2020, 1, 6, 15)  # 22:00 in Phnom Penh
    planner.apply(moved, evening)
    (correction,) = planner.notices("change", "p1@team.example")
    assert (correction.due_local, correction.row.shifted_from) == ("2020-01-06T22:10:00", None)

    for hours, minutes, due, shifted_from in (
        ("21:00-07:00", 5, "2020-01-07T07:00:00", "2020-01-06T22:10:00"),
        ("21:00-07:00", 60, "2020-01-07T07:00:00", "2020-01-06T22:10:00"),
        ("21:00-06:00", 90, "2020-01-07T06:00:00", "2020-01-06T23:30:00"),
        ("", 120, "2020-01-07T00:00:00", None),
        ("21:00-07:00", 180, "2020-01-07T00:00:00", None),
    ):
        at = evening + timedelta(minutes=minutes)
        with_quiet_hours(planner, moved, hours, at)
        (correction,) = planner.notices("change", "p1@team.example")
        assert (correction.due_local, correction.row.shifted_from) == (due, shifted_from), (hours, minutes)
        assert with_quiet_hours(planner, moved, hours, at + timedelta(minutes=1)) == 0


@pytest.mark.parametrize("slip", ["2020-01-21", "to be decided"])
def test_a_slip_that_is_undone_costs_no_reminder_that_came_due_meanwhile(planner: Planner, slip: str) -> None:
    wrong = MEETING.replace("2020-01-20, from: 09:00, to: 11:30", f"{slip}, id: d1")
    planner.apply()
    planner.send_due(NOW)

    planner.apply(wrong, utc(2020, 1, 13, 1, 30))  # 08:30; the reminder of 7 days before is due at 09:00
    planner.apply(now=utc(2020, 1, 13, 2, 15))

    assert planner.due("reminder") == ["2020-01-13T09:00:00", "2020-01-17T17:00:00"]


@pytest.mark.parametrize("status", ["postponed", "cancelled", "draft"])
def test_an_event_that_is_confirmed_again_reminds_of_nothing_that_lies_behind(planner: Planner, status: str) -> None:
    """The reminder of 7 days before was due while it was off: who was told so is told that it takes place after all."""
    set_aside = f"{MEETING}    status: {status}\n"
    planner.apply(set_aside if status == "draft" else MEETING)
    planner.send_due(NOW)
    planner.apply(set_aside, utc(2020, 1, 10, 3))
    planner.send_due(utc(2020, 1, 10, 4))

    planner.apply(now=utc(2020, 1, 15, 3))

    assert planner.due("reminder") == ["2020-01-17T17:00:00"]
    assert planner.due("change" if status != "draft" else "invitation")[0].startswith("2020-01-15T10:")


@pytest.mark.parametrize("status", ["postponed", "cancelled"])
def test_a_status_set_by_a_slip_costs_no_reminder_that_came_due_meanwhile(planner: Planner, status: str) -> None:
    planner.apply()
    planner.send_due(NOW)

    planner.apply(f"{MEETING}    status: {status}\n", utc(2020, 1, 13, 1, 55))  # 08:55; a reminder is due at 09:00
    planner.apply(now=utc(2020, 1, 13, 2, 3))

    assert planner.due("reminder") == ["2020-01-13T09:00:00", "2020-01-17T17:00:00"]


TWO_DAYS = MEETING.replace("days: [", "days: [{on: 2020-01-14, from: 09:00, to: 11:30}, ")


def test_a_day_that_becomes_the_first_reminds_of_nothing_that_lies_behind(planner: Planner) -> None:
    """7 days before the day that stays was Monday 13 at 09:00; at 10:00 it becomes the first."""
    planner.apply(TWO_DAYS, utc(2020, 1, 1))
    planner.send_due(utc(2020, 1, 13, 1))

    planner.apply(MEETING, utc(2020, 1, 13, 3))

    assert planner.due("reminder") == ["2020-01-17T17:00:00"]


def test_a_day_that_becomes_the_last_is_followed_by_nothing_that_lies_behind(planner: Planner) -> None:
    planner.apply(TWO_DAYS, utc(2020, 1, 1))
    assert planner.due("thanks") == ["2020-01-21T10:00:00"]

    planner.apply(TWO_DAYS.replace(", {on: 2020-01-20, from: 09:00, to: 11:30}", ""), utc(2020, 1, 16, 3))

    assert planner.due("thanks") == []


def test_a_first_day_that_was_taken_out_by_a_slip_costs_no_reminder_that_came_due_meanwhile(planner: Planner) -> None:
    planner.apply(TWO_DAYS)
    planner.send_due(NOW)

    planner.apply(MEETING, utc(2020, 1, 6, 1, 30))  # 08:30; the reminder of 7 days before is due at 09:00
    planner.apply(TWO_DAYS, utc(2020, 1, 6, 2, 15))

    assert planner.due("reminder") == ["2020-01-06T09:00:00", "2020-01-13T17:00:00"]


def test_a_date_that_comes_back_later_reminds_of_nothing_that_lies_behind(planner: Planner) -> None:
    planner.apply()
    planner.send_due(NOW)

    planner.apply(MEETING.replace("2020-01-20", "2020-01-21"), utc(2020, 1, 13, 1, 30))
    planner.apply(now=utc(2020, 1, 13, 2, 31))

    assert planner.due("reminder") == ["2020-01-17T17:00:00"]
