"""`check` as a whole: what is wrong with a file and what it comes to, of the real programmes among others."""

from pathlib import Path

import pytest
from tests.programmes import MEETING, SHIPPED, write_programme

from convene.errors import NotFoundError
from convene.usecases.programmes.check_programme import check_programme


def told(path: Path, level: str) -> list[tuple[str, ...]]:
    found = [problem for problem in check_programme(path).problems if problem.level == level]
    return [tuple(filter(None, (problem.about, problem.what, problem.remedy))) for problem in found]


def test_the_two_teams_of_case_1_are_told_as_published() -> None:
    moved = told(SHIPPED / "online-2022.yaml", "moved")

    assert (
        "progress 3 months, Cambodia",
        "Thu 14 Apr is a holiday (Khmer New Year's Day)",
        "-> Mon 18 Apr 10:00, 7 people",
    ) in moved
    assert (
        "progress 1 month, Bangladesh",
        "Mon 21 Feb is a holiday (Martyrs' Day and International Mother Language Day)",
        "-> Tue 22 Feb 10:00, 8 people",
    ) in moved
    assert [about for about, *_ in moved if about.startswith("progress")] == [
        "progress 3 months, Cambodia",
        "progress 1 month, Bangladesh",
    ]


def test_friday_21_january_is_a_day_of_the_bangladeshi_team_all_the_same() -> None:
    assert told(SHIPPED / "online-2022.yaml", "holiday") == [
        ("online-bd day 5, Bangladesh", "Fri 21 Jan is the weekend; the day stays")
    ]


def test_the_two_events_of_20_january_2020_share_two_people_and_a_venue() -> None:
    assert told(SHIPPED / "sgra-cambodia.yaml", "clash") == [
        (
            "Mon 20 Jan, dac-3 and tot-2",
            "2 people are in both; their reminder is one mail; the venue phnom-penh holds both",
        )
    ]


@pytest.mark.parametrize("name", ["online-2022", "ripess-webinar", "sgra-laos"])
def test_no_other_shipped_programme_has_a_clash(name: str) -> None:
    assert told(SHIPPED / f"{name}.yaml", "clash") == []


def test_whose_clock_nothing_tells_is_said() -> None:
    assert told(SHIPPED / "sgra-laos.yaml", "assumed") == [
        (
            "the clock of 1 person",
            "nothing tells where that is: Asia/Vientiane",
            "add country or timezone to the people file",
        )
    ]
    assert told(SHIPPED / "sgra-cambodia.yaml", "assumed") == []


def test_nothing_is_foreseen_of_an_event_at_fault_and_all_of_the_others(tmp_path: Path) -> None:
    saturday = MEETING.replace("Mon 2020-01-20", "Sat 2020-01-18")
    faulty = saturday.replace("  meeting:", "  faulty:").replace("[members]", "[membres]")

    path = write_programme(tmp_path, saturday + faulty)

    assert [about for about, _ in told(path, "holiday")] == ["meeting, Cambodia"]
    assert told(path, "clash") == []
    assert [problem.where for problem in check_programme(path).problems if problem.is_error] == ["events.faulty.invite"]


def test_a_file_that_cannot_be_read_has_its_faults_alone(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("convene: 1\nprogramme: [", "utf-8")

    checked = check_programme(path)

    assert checked.document is None
    assert all(problem.is_error for problem in checked.problems)


def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        check_programme(tmp_path / "none.yaml")
