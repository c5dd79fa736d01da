"""The events of the shipped programmes are called by a title that reads well in every language, translated or not."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from sqlmodel import select
from tests.complete_languages import COMPLETE
from tests.programmes import INVITED_AT, SHIPPED, apply_file

from convene.language.titles import day_title, event_title, sentence_name, short_event_title
from convene.model.programme import Programme
from convene.rules.facts import EventBrief
from convene.store.database import open_database
from convene.store.programme_rows import load_programme
from convene.usecases.events.describe_events import event_brief


@pytest.fixture(scope="module")
def briefs() -> dict[str, EventBrief]:
    """Every event of `config/programmes`, by its id."""
    database = open_database("sqlite://")
    try:
        for path in sorted(SHIPPED.glob("*.yaml")):
            apply_file(database, Path(path), INVITED_AT)
        with database.reading() as session:
            known = [load_programme(session, row) for row in session.exec(select(Programme))]
            return {event.slug: event_brief(rows, event) for rows in known for event in rows.events}
    finally:
        database.close()


def said(brief: EventBrief, language: str) -> Iterator[str]:
    """All that the event is called."""
    yield event_title(brief, language).text
    yield short_event_title(brief, language).text
    yield sentence_name(brief, language)
    yield from (day_title(brief, entry, language).text for entry in brief.entries)


@pytest.mark.parametrize("language", COMPLETE)
def test_a_title_begins_in_the_readers_language_and_its_other_parts_are_marked(
    briefs: dict[str, EventBrief], language: str
) -> None:
    for brief in briefs.values():
        for title in (event_title(brief, language), short_event_title(brief, language)):
            assert title.parts[0].language == language
            assert {part.language for part in title.parts} <= {language, "en"}
            assert len(title.parts) <= 2


@pytest.mark.parametrize("language", COMPLETE)
def test_no_title_says_a_word_twice(briefs: dict[str, EventBrief], language: str) -> None:
    for brief in briefs.values():
        for text in said(brief, language):
            words = text.casefold().replace("·", " · ").split()
            assert [word for word, following in pairwise(words) if word == following] == [], text
            assert "  " not in text


@pytest.mark.parametrize(
    ("event", "language", "title"),
    [
        ("dac-3", "en", "3rd Dissemination Advisory Committee meeting"),
        ("dac-3", "ja", "普及諮問委員会 第3回会議"),
        ("dac-3", "th", "การประชุมครั้งที่ 3 · Dissemination Advisory Committee"),
        ("tot-2", "en", "2nd Training of Trainers seminar"),
        ("tot-2", "ja", "第2回講師養成研修"),
        ("webinar-5", "fr", "5e webinaire · Cycle de webinaires du RIPESS"),
        ("webinar-5", "es", "5.º seminario web · Ciclo de seminarios web de RIPESS"),
        ("webinar-5", "id", "Webinar ke-5 · RIPESS webinar cycle"),
        ("mutual-aid", "hi", "संगोष्ठी · Mutual-aid seminar in Phnom Penh"),
        ("ewc-2", "fil", "Ika-2 seminar · Enlarged Working Committee (EWC)"),
    ],
)
def test_the_titles_of_real_events(briefs: dict[str, EventBrief], event: str, language: str, title: str) -> None:
    assert event_title(briefs[event], language).text == title


def test_an_acronym_of_the_kind_is_enough(briefs: dict[str, EventBrief]) -> None:
    assert short_event_title(briefs["tot-2"], "en").text == "2nd ToT"
