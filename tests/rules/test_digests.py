"""Reminders of one person on one date are one mail (design section 5, "Digest")."""

from tests.rules.planned_events import CAMBODIA, JAPAN, PHNOM_PENH, day, facts, in_force, invitee, planned, utc

from convene.rules.digests import join_digests
from convene.rules.facts import EventFacts, Whereabouts
from convene.rules.planned_event import Identity, Wanted
from convene.rules.plans import BY_HAND
from convene.rules.vocabulary import NoticeKind
from convene.rules.wanted import wanted_notices

NOW = utc(2020, 1, 1)
MEETING = facts(day("2020-01-20", "09:00-11:30", venue=PHNOM_PENH))
TRAINING = facts(day("2020-01-20", venue=PHNOM_PENH))
SEMINAR = facts(day("2020-01-21", venue=PHNOM_PENH))
NONE_SETTLED: frozenset[Identity] = frozenset()


def reminders(
    event_id: int, event: EventFacts, *rules: str, reader: Whereabouts = CAMBODIA, person: int = 1
) -> list[Wanted]:
    ready = planned(event, invitee(person, reader), rules=in_force(rules), invitations=BY_HAND, event_id=event_id)
    return wanted_notices(ready, NOW).wanted


def joined(*notices: Wanted, settled: frozenset[Identity] = NONE_SETTLED) -> list[Wanted]:
    return join_digests(notices, 7, settled)


def test_reminders_of_one_date_are_one_digest_due_at_the_earliest_of_them() -> None:
    meeting, training = reminders(1, MEETING, "1 day before at 17:00"), reminders(2, TRAINING, "1 day before at 08:00")

    (digest,) = joined(*meeting, *training)

    assert digest.kind is NoticeKind.DIGEST
    assert digest.parts == (*training, *meeting)
    assert digest.due == training[0].due
    assert (digest.identity.event_id, digest.identity.occurrence) == (None, "2020-01-19")


def test_a_digest_is_useful_as_long_as_one_of_its_parts() -> None:
    meeting, training = reminders(1, MEETING, "1 day before"), reminders(2, TRAINING, "1 day before")

    (digest,) = joined(*meeting, *training)

    assert digest.useful_until == meeting[0].useful_until > training[0].useful_until


def test_different_rules_join_where_their_dates_meet_and_only_there() -> None:
    notices = [*reminders(1, MEETING, "1 day before", "7 days before"), *reminders(2, SEMINAR, "2 days before")]

    assert sorted(notice.kind.value for notice in joined(*notices)) == ["digest", "reminder"]


def test_the_reminder_of_one_person_never_joins_that_of_another() -> None:
    notices = [*reminders(1, MEETING, "1 day before"), *reminders(2, TRAINING, "1 day before", person=2)]

    assert joined(*notices) == notices


def test_hours_invitations_and_follow_ups_are_never_joined() -> None:
    rules = in_force(["0 days before at 06:00", "1 hour before", "thanks 0 days after"])
    meeting = wanted_notices(planned(MEETING, invitee(), rules=rules), utc(2020, 1, 19, 20)).wanted

    assert len(meeting) == 4
    assert joined(*meeting) == sorted(
        meeting, key=lambda notice: notice.kind is NoticeKind.REMINDER and notice.counts_dates
    )


def test_a_written_date_joins() -> None:
    notices = [*reminders(1, MEETING, "1 day before"), *reminders(2, SEMINAR, "on Sun 2020-01-19 at 08:00")]

    assert [notice.kind for notice in joined(*notices)] == [NoticeKind.DIGEST]


def test_the_date_that_joins_is_the_readers_even_for_a_rule_in_venue_time() -> None:
    """23:00 of 18 January in Phnom Penh is 01:00 of the 19th in Tokyo."""
    notices = [
        *reminders(1, MEETING, "2 days before at 23:00 venue time", reader=JAPAN),
        *reminders(2, TRAINING, "1 day before", reader=JAPAN),
    ]

    assert [notice.kind for notice in joined(*notices)] == [NoticeKind.DIGEST]


def test_with_one_part_left_it_is_a_plain_reminder_again() -> None:
    (meeting,) = reminders(1, MEETING, "1 day before")

    assert joined(meeting) == [meeting]


def test_what_has_left_already_is_never_planned_again_in_another_shape() -> None:
    (meeting,) = reminders(1, MEETING, "1 day before")
    (training,) = reminders(2, TRAINING, "1 day before")

    assert joined(meeting, training, settled=frozenset({meeting.identity})) == [training]
    assert joined(meeting, training, settled=frozenset({meeting.identity, training.identity})) == []


def test_what_comes_up_after_the_digest_of_its_date_has_left_makes_another() -> None:
    first = [*reminders(1, MEETING, "1 day before"), *reminders(2, TRAINING, "1 day before")]
    (sent,) = joined(*first)
    later = [*reminders(3, MEETING, "1 day before"), *reminders(4, TRAINING, "1 day before")]

    settled = frozenset({sent.identity, *(part.identity for part in sent.parts)})
    (second,) = joined(*first, *later, settled=settled)

    assert second.parts == tuple(later)
    assert (second.identity.occurrence, second.identity.round) == (sent.identity.occurrence, 2)


def test_the_digests_of_two_programmes_are_two() -> None:
    notices = [*reminders(1, MEETING, "1 day before"), *reminders(2, TRAINING, "1 day before")]

    assert join_digests(notices, 7, NONE_SETTLED)[0].identity != join_digests(notices, 8, NONE_SETTLED)[0].identity
