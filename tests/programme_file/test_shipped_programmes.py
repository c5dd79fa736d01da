"""The real programmes that travel with convene: read without a fault, in the numbers of the published reports."""

from collections import Counter

import pytest

from convene.programme_file.checks.check_document import check_read
from convene.programme_file.checks.invited import GuestList, reader_language
from convene.programme_file.checks.resolve import effective_event, resolve_day
from convene.programme_file.document import PersonEntry, ProgrammeDocument
from convene.programme_file.edits.update_source import update_source
from convene.programme_file.edits.write_document import document_to_yaml
from convene.programme_file.reading.people_csv import read_people
from convene.programme_file.reading.read_programme import read_programme
from convene.resources import resource_folder
from convene.rules.vocabulary import Mode, Role

NAMES = ("online-2022", "ripess-webinar", "sgra-cambodia", "sgra-laos")


def source(name: str) -> str:
    return (resource_folder("config") / "programmes" / f"{name}.yaml").read_text("utf-8")


def people(name: str) -> list[PersonEntry]:
    text = (resource_folder("config") / "programmes" / f"{name}.people.csv").read_text("utf-8")
    found, problems = read_people(text, f"{name}.people.csv")
    assert problems == []
    return found


def document(name: str) -> ProgrammeDocument:
    read = read_programme(source(name), f"{name}.yaml").document
    assert read is not None
    return read


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_programme_has_no_error_and_no_doubt_but_the_published_one(name: str) -> None:
    result = read_programme(source(name), f"{name}.yaml")
    found = check_read(result, people(name), f"{name}.yaml")
    doubts = [problem.where for problem in found if problem.level in ("error", "warning")]
    assert doubts == (["events.webinar-5.announced_as"] if name == "ripess-webinar" else [])
    assert document(name).people == (f"{name}.people.csv",)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_programme_survives_being_written_back(name: str) -> None:
    assert update_source(source(name), document(name)) == source(name)
    assert read_programme(document_to_yaml(document(name)), "x").document == document(name)


@pytest.mark.parametrize("name", NAMES)
def test_people_of_shipped_programmes_are_placeholders(name: str) -> None:
    assert all(person.address.endswith(".example") for person in people(name))
    assert all(
        any(char.isdigit() for char in person.name or "") or "RIPESS" in (person.name or "") for person in people(name)
    )


def test_both_country_teams_have_their_published_numbers() -> None:
    team = {
        group: [person for person in people("online-2022") if group in person.groups]
        for group in ("team-kh", "team-bd")
    }
    assert Counter(person.gender for person in team["team-kh"]) == {"woman": 4, "man": 3}
    assert Counter(person.gender for person in team["team-bd"]) == {"woman": 6, "man": 2}


def test_each_cohort_has_two_days_on_demand_and_three_live() -> None:
    programme = document("online-2022")
    for slug, zone in (("online-kh", "Asia/Phnom_Penh"), ("online-bd", "Asia/Dhaka")):
        event = effective_event(programme, programme.events[slug])
        resolved = [resolve_day(programme, event, day) for day in event.days or ()]
        assert [day.mode for day in resolved] == [Mode.ON_DEMAND] * 2 + [Mode.LIVE] * 3
        assert [day.zone for day in resolved] == [zone] * 2 + ["Asia/Tokyo"] * 3


def test_two_people_are_in_both_events_of_20_january_2020() -> None:
    programme = document("sgra-cambodia")
    dac, tot = (set(GuestList(people("sgra-cambodia")).roles(programme.events[slug])) for slug in ("dac-3", "tot-2"))
    assert len(dac & tot) == 2
    assert len(dac - tot) >= 3


def test_46_people_take_part_in_the_mutual_aid_seminar() -> None:
    invited = GuestList(people("sgra-cambodia")).guests(document("sgra-cambodia").events["mutual-aid"])
    assert len([person for person in invited if person.role in (None, Role.PARTICIPANT)]) == 46
    lecturers = [person for person in invited if person.role is Role.SPEAKER]
    assert {reader_language(person, document("sgra-cambodia")) for person in lecturers} == {"ja"}


def test_the_webinar_is_read_in_more_languages_than_its_own() -> None:
    languages = {person.language for person in people("ripess-webinar")}
    assert {"fr", "en", "es", "hi", "ne", "bn", "km", "ja"} <= languages
