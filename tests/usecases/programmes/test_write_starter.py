"""Starters: one for each kind of event, in order on whatever day one is asked for."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from convene.programme_file.checks.check_document import check_read
from convene.programme_file.checks.resolve import event_kind
from convene.programme_file.reading.read_programme import read_programme
from convene.rules.vocabulary import EventKind
from convene.usecases.planning.free_days import free_days
from convene.usecases.programmes.write_starter import starter_file

FOLDER = Path(__file__).parents[3] / "config" / "starters"
DAYS = [date(2026, 11, 27) + timedelta(days=45 * n) for n in range(9)]


def test_there_is_a_starter_for_each_kind_and_no_other() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(EventKind)


@pytest.mark.parametrize("kind", EventKind)
@pytest.mark.parametrize("today", DAYS, ids=str)
def test_a_starter_is_in_order_on_any_day(kind: EventKind, today: date) -> None:
    result = read_programme(starter_file(kind, today), "new.yaml")

    problems = check_read(result, [], "new.yaml")
    assert [problem for problem in problems if problem.level in ("error", "warning")] == []
    assert result.document is not None
    first = next(iter(result.document.events.values()))
    assert event_kind(result.document, first) is kind


@pytest.mark.parametrize("kind", EventKind)
def test_every_date_of_a_starter_is_written_with_its_weekday_and_people_work_on_it(kind: EventKind) -> None:
    text = starter_file(kind, DAYS[0])
    dates = re.findall(r"(\w{3} )?(\d{4}-\d\d-\d\d)", text)
    countries = set(re.findall(r"country: (\w\w)", text))

    assert dates
    assert [on for weekday, on in dates if not weekday] == []
    assert [on for _, on in dates for country in countries if free_days(country, {})(date.fromisoformat(on))] == []


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.stem)
def test_a_starter_says_how_to_go_on_and_fits_on_a_screen(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()

    assert [line for line in lines if len(line) > 125] == []
    assert len(lines) < 60
    assert [f"convene {word} {path.stem}.yaml" in "\n".join(lines[:5]) for word in ("check", "rehearse", "apply")] == [
        True
    ] * 3
    assert sum("#" in line for line in lines) >= 10
