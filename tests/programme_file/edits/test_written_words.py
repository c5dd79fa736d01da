"""An event as a command line writes it is the event as a file writes it."""

import pytest

from convene.errors import NotFoundError
from convene.programme_file.edits.document_tree import Tree
from convene.programme_file.edits.edit_document import EventTree
from convene.programme_file.edits.written_words import with_words, without
from convene.programme_file.reading.findings import WrittenValueError

EVENT: EventTree = {
    "title": {"en": "Planning meeting", "km": "កិច្ចប្រជុំ"},
    "venue": "hall",
    "days": [{"id": "d1", "on": "Mon 2020-01-20"}, {"id": "d2", "on": "Tue 2020-01-21"}],
    "invite": ["members", {"who": "a@b.example", "role": "speaker"}],
}


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Mon 2020-01-20", {"on": "Mon 2020-01-20"}),
        ("2020-01-20", {"on": "2020-01-20"}),
        ("Mon 2020-01-20 09:00", {"on": "Mon 2020-01-20", "from": "09:00"}),
        ("Mon 2020-01-20 09:00-11:30", {"on": "Mon 2020-01-20", "from": "09:00", "to": "11:30"}),
        ("Mon 2020-01-20 9:00 – 25:30", {"on": "Mon 2020-01-20", "from": "9:00", "to": "25:30"}),
        ("Mon, 2020-01-20 until Wed 2020-01-22", {"on": "Mon, 2020-01-20", "until": "Wed 2020-01-22"}),
        ("to be decided", {"on": "to be decided"}),
        ("October 2027", {"on": "October 2027"}),
        (
            "between Mon 2027-10-18 and Fri 2027-10-29",
            {"on": "between Mon 2027-10-18 and Fri 2027-10-29"},
        ),
        (
            "Thu 2022-01-13 14:00-16:30, mode: live, timezone: Asia/Tokyo, link: https://meet.example/4?a=1#b, id: d4",
            {
                "on": "Thu 2022-01-13",
                "from": "14:00",
                "to": "16:30",
                "mode": "live",
                "timezone": "Asia/Tokyo",
                "link": "https://meet.example/4?a=1#b",
                "id": "d4",
            },
        ),
        (
            'Mon 2020-01-20, title: "One, two: three"',
            {"on": "Mon 2020-01-20", "title": "One, two: three"},
        ),
        (
            "{on: Mon 2020-01-20, title: {km: កិច្ចប្រជុំ, en: Meeting}}",
            {"on": "Mon 2020-01-20", "title": {"km": "កិច្ចប្រជុំ", "en": "Meeting"}},
        ),
    ],
)
def test_a_day_is_a_date_with_its_hours_and_further_keys_behind_it(words: str, day: EventTree) -> None:
    assert with_words({}, {"days": [words]}, "en") == {"days": [day]}


@pytest.mark.parametrize(
    ("key", "words", "value"),
    [
        ("due", ["Fri 2022-02-11"], {"on": "Fri 2022-02-11"}),
        (
            "due",
            ["Fri 2022-02-11 18:00, timezone: reader"],
            {"on": "Fri 2022-02-11", "at": "18:00", "timezone": "reader"},
        ),
        ("organiser", ["The office <a@b.example>"], {"name": "The office", "email": "a@b.example"}),
        ("organiser", ["The office"], {"name": "The office"}),
        ("materials", ["Handout, link: https://x.example"], [{"title": "Handout", "link": "https://x.example"}]),
        ("materials", ["{title: {km: A, en: B}, link: x}"], [{"title": {"km": "A", "en": "B"}, "link": "x"}]),
        ("invite", ["members", "a@b.example, role: speaker"], ["members", {"who": "a@b.example", "role": "speaker"}]),
        ("invite", ["none"], []),
        ("reminders", ["7 days before", "1 hour before"], ["7 days before", "1 hour before"]),
        ("reminders", ["none"], []),
        ("invitations", ["By hand"], "By hand"),
        ("invitations", ["7 days before"], ["7 days before"]),
        ("spoken", ["fr", "en"], ["fr", "en"]),
        ("capacity", ["many"], "many"),
    ],
)
def test_every_other_key_becomes_what_a_file_would_write(key: str, words: list[str], value: Tree) -> None:
    assert with_words({}, {key: words}, "en") == {key: value}


@pytest.mark.parametrize(
    ("written", "title"),
    [
        (["Yearly meeting"], {"en": "Yearly meeting", "km": "កិច្ចប្រជុំ"}),
        (["km=ថ្មី"], {"en": "Planning meeting", "km": "ថ្មី"}),
        (["fr=Réunion", "km="], {"en": "Planning meeting", "fr": "Réunion"}),
        (["", "fr=Réunion"], {"fr": "Réunion"}),
        (["KM=ថ្មី"], {"en": "Planning meeting", "km": "ថ្មី"}),
        (["a+b=c"], {"en": "a+b=c", "km": "កិច្ចប្រជុំ"}),
    ],
)
def test_a_text_changes_in_the_languages_named_alone(written: list[str], title: Tree) -> None:
    assert with_words(EVENT, {"title": written}, "en") == {**EVENT, "title": title}


@pytest.mark.parametrize("key", ["title", "venue", "days", "invite"])
def test_an_empty_value_leaves_the_key_out(key: str) -> None:
    assert with_words(EVENT, {key: [""]}, "en") == {name: value for name, value in EVENT.items() if name != key}


def test_a_day_with_a_known_id_takes_its_place_and_another_comes_last() -> None:
    changed = with_words(EVENT, {"days": ["Wed 2020-01-22", "Tue 2020-01-21 10:00, id: d1"]}, "en")

    assert changed["days"] == [
        {"on": "Tue 2020-01-21", "from": "10:00", "id": "d1"},
        {"id": "d2", "on": "Tue 2020-01-21"},
        {"on": "Wed 2020-01-22"},
    ]


def test_who_is_invited_already_takes_the_new_role_in_the_same_place() -> None:
    changed = with_words(EVENT, {"invite": ["a@b.example", "members, role: observer", "guests"]}, "en")

    assert changed["invite"] == [{"who": "members", "role": "observer"}, "a@b.example", "guests"]


def test_days_and_invitations_are_taken_out_by_name() -> None:
    left = without(without(EVENT, "days", ["d1"]), "invite", ["a@b.example"])

    assert left == {**EVENT, "days": [{"id": "d2", "on": "Tue 2020-01-21"}], "invite": ["members"]}


@pytest.mark.parametrize(
    ("key", "name", "said"),
    [
        ("days", "d3", ('There is no day "d3".', "write one of: d1, d2")),
        ("invite", "membres", ('There is no invitation of "membres".', "did you mean members?")),
    ],
)
def test_what_is_not_there_cannot_be_taken_out(key: str, name: str, said: tuple[str, str]) -> None:
    with pytest.raises(NotFoundError) as refused:
        without(EVENT, key, [name])

    assert (refused.value.sentence, refused.value.remedy) == said


def test_where_there_is_nothing_to_take_out_no_name_is_suggested() -> None:
    with pytest.raises(NotFoundError) as refused:
        without({}, "invite", ["members"])

    assert refused.value.remedy == "there is none"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("{on: Mon 2020-01-20", "never closed"),
        ("Mon 2020-01-20 09:00, from: 10:00", "says from twice"),
        ("Mon 2020-01-20, mode: live, mode: hybrid", "written twice"),
    ],
)
def test_words_that_cannot_be_taken_apart_are_refused(words: str, sentence: str) -> None:
    with pytest.raises(WrittenValueError, match=sentence):
        with_words({}, {"days": [words]}, "en")
