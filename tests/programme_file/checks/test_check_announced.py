"""`announced_as`: a written world-clock line against the clocks (`programmes.md`, case 4)."""

import pytest
from tests.rules.planned_events import day
from tests.sample_briefs import reader

from convene.errors import Problem
from convene.mail.clock_lines import world_clock_line
from convene.programme_file.checks.check_document import check_read
from convene.programme_file.reading.read_programme import read_programme
from convene.rules.facts import Whereabouts
from convene.rules.vocabulary import Mode

PUBLISHED = "13h UTC/GMT (15h Europe / 18h30 Delhi / 20h Bangkok)"
JUNE, JANUARY = "2018-06-12", "2018-01-09"
WEBINAR = "on: {on}, from: '{at}', mode: live, timezone: UTC, link: 'https://meet.example/5'"


def check(line: str, on: str = JUNE, at: str = "13:00", days: str = WEBINAR) -> list[Problem]:
    text = (
        "convene: 1\n"
        "programme: {id: x, title: x, timezone: UTC, language: en, organiser: {name: x, email: x@y.example}}\n"
        f"events:\n  webinar:\n    kind: webinar\n    days: [{{{days.format(on=on, at=at)}}}]\n"
        f"    announced_as: '{line}'\n"
    )
    return check_read(read_programme(text, "x.yaml"), None, "x.yaml")


def said(line: str, on: str = JUNE, at: str = "13:00") -> list[tuple[str, str, str]]:
    return [(problem.level, problem.what, problem.remedy) for problem in check(line, on, at)]


def test_the_published_line_is_right_but_for_europe_which_is_ambiguous() -> None:
    assert said(PUBLISHED) == [
        (
            "warning",
            '"15h Europe" is ambiguous: it is 15:00 in Brussels and 14:00 in London.',
            "write: 15h Brussels / 14h London",
        )
    ]


def test_the_same_line_in_january_is_wrong_and_refused() -> None:
    assert said(PUBLISHED, JANUARY) == [
        (
            "error",
            '"15h Europe" is wrong: on Tue 9 Jan it is 14:00 in Brussels and 13:00 in London.',
            "write: 14h Brussels / 13h London",
        )
    ]


def test_a_finding_points_at_the_line() -> None:
    (problem,) = check(PUBLISHED, JANUARY)

    assert (problem.line, problem.column, problem.where) == (7, 19, "events.webinar.announced_as")


@pytest.mark.parametrize(
    "entry",
    [
        "15:00 Brussels", "15:00 Belgium", "14:00 London", "14h UK", "18:30 Delhi", "6:30pm Kolkata", "18h30 India",
        "18:45 Kathmandu", "18:45 Nepal", "19:00 Dhaka", "20:00 Bangkok", "20:00 Phnom Penh", "20:00 Asia/Phnom_Penh",
        "20:00 Vientiane", "20:00 Jakarta", "21:00 Manila", "22:00 Tokyo", "09:00 La Paz", "9am Bolivia",
        "14:00 Douala", "14:00 Yaoundé", "18:30 UTC+5:30", "Cambodia, Thailand 20:00", "Japan time 22:00",
    ],
)  # fmt: skip
def test_an_entry_that_the_clocks_show_is_right(entry: str) -> None:
    assert said(f"13h UTC, {entry}" if entry[0].isdigit() else f"UTC 13:00, {entry}") == []


@pytest.mark.parametrize(
    ("entry", "what", "remedy"),
    [
        ("18h Delhi", '"18h Delhi" is wrong: on Tue 12 Jun it is 18:30 there.', "write: 18h30 Delhi"),
        ("8pm Tokyo", '"8pm Tokyo" is wrong: on Tue 12 Jun it is 22:00 there.', "write: 10pm Tokyo"),
        ("25h Bangkok", '"25h Bangkok" is wrong: on Tue 12 Jun it is 20:00 there.', "write: 20h Bangkok"),
        (
            "23h Indonesia",
            '"23h Indonesia" is wrong: on Tue 12 Jun it is 20:00 in Jakarta, 21:00 in Makassar and 22:00 in Jayapura.',
            "write: 20h Jakarta / 21h Makassar / 22h Jayapura",
        ),
    ],
)
def test_a_wrong_entry_is_refused_with_what_the_clock_shows(entry: str, what: str, remedy: str) -> None:
    assert said(entry) == [("error", what, remedy)]


def test_a_place_that_nobody_knows_is_a_warning() -> None:
    assert said("15h CET / 20h Bangkok") == [
        ("warning", 'The clock of "CET" is not known.', "name a city or a country, such as Bangkok")
    ]


def test_an_hour_without_a_place_is_a_warning() -> None:
    assert said("13h") == [("warning", 'It is not said where it is "13h".', "name a city or a country beside the hour")]


def test_a_line_without_an_hour_is_a_warning() -> None:
    assert [level for level, _, _ in said("at noon in Paris")] == ["warning"]


def test_another_day_must_be_said() -> None:
    assert said("22h UTC / 05h Bangkok", at="22:00") == [
        (
            "warning",
            '"05h Bangkok" is right, but on Wed 13 Jun: it is another day there.',
            "write: 5h Bangkok (13 June)",
        )
    ]
    assert said("22h UTC / 05h Bangkok (13 June)", at="22:00") == []


def test_a_wrong_day_is_refused() -> None:
    assert said("22h UTC / 05h Bangkok (Tue)", at="22:00") == [
        (
            "error",
            '"05h Bangkok" is right, but "Tue" is wrong: it is Wed 13 Jun there.',
            "write: 5h Bangkok (13 June)",
        )
    ]


@pytest.mark.parametrize(
    "days", ["on: '{on}', from: '{at}'", "on: to be decided", WEBINAR.replace("live", "on-demand")]
)
def test_without_a_live_day_there_is_nothing_to_compare_with(days: str) -> None:
    found = [problem.what for problem in check(PUBLISHED, days=days) if problem.where.endswith("announced_as")]

    assert found == ["The event has no live day with an hour, so the line is not checked."]


def test_a_later_day_on_which_the_line_is_wrong_is_a_warning() -> None:
    autumn = "}}, {{".join(WEBINAR.replace("{on}", on) for on in ("2018-10-23", "2018-10-30"))

    found = [(problem.level, problem.what) for problem in check("13h UTC (15h Brussels / 20h Bangkok)", days=autumn)]

    right_once = '"15h Brussels" is right on the first live day alone: on Tue 30 Oct it is 14:00 there.'
    assert found == [("warning", right_once)]


def test_a_later_day_at_another_hour_is_not_what_the_line_speaks_of() -> None:
    days = WEBINAR + "}}, {{" + WEBINAR.replace("{on}", "2018-06-13").replace("{at}", "15:00")

    assert check("13h UTC (15h Brussels)", days=days) == []


def test_a_day_that_could_not_be_read_is_not_compared_with() -> None:
    assert [problem.where for problem in check(PUBLISHED, on="2018-02-30")] == ["events.webinar.days[1].on"]


def test_the_line_that_convene_writes_itself_is_right() -> None:
    zones = ("Europe/Brussels", "Europe/London", "Asia/Kolkata", "Asia/Bangkok", "Asia/Jakarta", "Asia/Tokyo", "UTC")
    webinar = day(JUNE, "22:00", zone="UTC", mode=Mode.LIVE)
    line = world_clock_line(webinar, tuple(map(Whereabouts, zones)), reader("en", whereabouts=Whereabouts("UTC")))

    assert "13 June" in line
    assert said(line, at="22:00") == []
