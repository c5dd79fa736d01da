"""What a change is to those who were told otherwise, before it is made."""

from datetime import timedelta

from sqlmodel import col, update
from tests.rules.planned_events import utc
from tests.usecases.sample_planner import MEETING, NOW, PEOPLE, Planner

from convene.cli.news_lines import news_lines
from convene.model.notice import Notice
from convene.rules.fact_changes import fact_changes
from convene.usecases.planning.event_news import EventNews, Leaving

CHANGED_AT = utc(2020, 1, 6, 3)
MOVED = MEETING.replace("2020-01-20", "2020-01-22")


def news(planner: Planner, events: str, people: str = PEOPLE) -> list[EventNews]:
    """What applying the file at `CHANGED_AT` is to those told."""
    return planner.apply(events, CHANGED_AT, people).news


def told(planner: Planner) -> Planner:
    planner.apply()
    planner.send_due(NOW)
    return planner


def test_old_and_new_who_was_told_the_old_and_when_the_correction_leaves(planner: Planner) -> None:
    [event] = news(told(planner), MOVED)

    assert event.name == "sgra/dac-3"
    assert fact_changes(event.old, event.new) == [("d1", "date", "Mon 2020-01-20", "Wed 2020-01-22")]
    assert (event.told_otherwise, event.told_so, event.invitations) == (2, 0, 0)
    assert event.corrections == (Leaving(CHANGED_AT + timedelta(minutes=10), "Asia/Phnom_Penh", 2),)


def test_who_was_told_nothing_yet_gets_the_invitation_instead(planner: Planner) -> None:
    newcomer = PEOPLE + "p4@team.example,Participant 4,KH,km,,team\n"

    [event] = news(told(planner), MOVED, newcomer)

    assert (event.told_otherwise, event.invitations) == (2, 1)
    assert sum(leaving.mails for leaving in event.corrections) == 2


def test_of_what_nobody_was_told_nobody_is_corrected(planner: Planner) -> None:
    planner.apply()

    [event] = news(planner, MOVED)

    assert (event.told_otherwise, event.corrections, event.invitations) == (0, (), 2)


def test_a_correction_leaves_at_once_where_the_day_begins_soon(planner: Planner) -> None:
    soon = MEETING.replace("2020-01-20, from: 09:00", "2020-01-06, from: 11:00")
    planner.apply(soon)
    planner.send_due(NOW)

    [event] = news(planner, soon.replace("11:00, to: 11:30", "11:15, to: 11:30"))

    assert [leaving.due_at for leaving in event.corrections] == [CHANGED_AT]


def test_there_and_back_again_is_no_news_to_those_who_were_told(planner: Planner) -> None:
    told(planner)
    planner.apply(MOVED, CHANGED_AT - timedelta(minutes=5))

    [event] = news(planner, MEETING)

    assert (event.told_otherwise, event.told_so, event.corrections) == (0, 2, ())


def test_who_may_have_got_the_invitation_counts_as_told_though_its_repeat_waits(planner: Planner) -> None:
    told(planner)
    with planner.database.writing() as session:
        session.execute(update(Notice).where(col(Notice.state) == "sent").values(state="planned", uncertain=True))

    [event] = news(planner, MOVED)

    assert (event.told_otherwise, event.invitations) == (2, 0)


def test_who_was_told_that_it_is_off_was_told_otherwise_once_it_is_confirmed_again(planner: Planner) -> None:
    told(planner).apply(f"{MEETING}    status: cancelled\n", NOW + timedelta(hours=1))
    planner.send_due(NOW + timedelta(hours=2))

    [event] = news(planner, MEETING)

    assert (event.told_otherwise, event.told_so) == (2, 0)
    assert "  2 people were told the old facts: 2 mails correct it, in 10 minutes if it stays so" in "\n".join(
        news_lines([event], CHANGED_AT)
    )


def test_a_date_of_a_postponed_event_is_no_news_to_those_who_know_that_it_is(planner: Planner) -> None:
    told(planner).apply(f"{MEETING}    status: postponed\n", NOW + timedelta(hours=1))
    planner.send_due(NOW + timedelta(hours=2))

    [event] = news(planner, f"{MOVED}    status: postponed\n")

    assert (event.told_otherwise, event.told_so, event.corrections) == (0, 2, ())


def test_a_change_of_the_title_alone_changes_entries_and_mails_nobody(planner: Planner) -> None:
    told(planner)

    applied = planner.apply(MEETING.replace("en: Meeting", "en: Another name"), CHANGED_AT)

    [event] = applied.news
    assert (event.same, event.told_otherwise, event.corrections) == (True, 0, ())
    assert len(applied.planned.mails) == 0


def test_another_zone_with_the_same_clock_changes_entries_and_reminders_and_mails_nobody(planner: Planner) -> None:
    told(planner)
    before = planner.due("reminder")

    applied = planner.apply(MEETING.replace("on: 2020-01-20", "timezone: Asia/Bangkok, on: 2020-01-20"), CHANGED_AT)

    [event] = applied.news
    assert (event.same, event.told_otherwise, event.corrections) == (True, 0, ())
    assert list(news_lines([event], CHANGED_AT)) == [
        "sgra/dac-3",
        "  d1  zone  Asia/Phnom_Penh  ->  Asia/Bangkok",
        "  Everybody reads the same hour and place: calendars show the rest, nobody is mailed.",
    ]
    assert planner.due("reminder") == before


def test_what_stays_as_it_is_and_what_is_new_is_no_news(planner: Planner) -> None:
    told(planner)

    assert news(planner, MEETING + MEETING.replace("dac-3", "dac-4")) == []
