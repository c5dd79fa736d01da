"""From the word in a people file to the language of a mail: the chain decides, and what decided is on record."""

import asyncio
import json
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlmodel import select
from tests.programmes import INVITED_AT, Postbox, apply_file, problems_of, send_due, write_programme

from convene.model.notice import Notice
from convene.model.person import Person
from convene.store.database import Database
from convene.usecases.programmes.read_files import read_checked

HEAD = "email,name,country,language,groups"
CHAIN = [
    # country, language as written, language read, the link of the chain that spoke
    ("", "km-KH", "km", "person"),
    ("", "km_KH", "km", "person"),
    ("KH", "fr-CA", "fr", "person"),
    ("", "日本語", "ja", "person"),
    ("", "tl", "fil", "person"),
    ("", "Bahasa Indonesia", "id", "person"),
    ("KH", "", "km", "country"),
    ("CH", "", "fr", "country"),
    ("KH", "pt-BR", "km", "country"),
    ("LA", "zh-Hant", "lo", "country"),
    ("IN", "", "en", "programme"),
    ("", "", "en", "programme"),
    ("", "pt-BR", "en", "programme"),
    ("", "xx", "en", "programme"),
]
STRANGE = {
    "right to left": {"ar": "ندوة العمال"},
    "one language alone": {"ja": "会議"},
    "a language of another region": {"pt-br": "Reunião"},
    "a script of its own": {"zh-hant": "會議"},
    "an emoji family": {"en": "👩‍👩‍👧‍👦 meeting"},
    "invisible signs": {"en": "A\u200bB\u200dC\ufeffD\u202eE\u00adF"},
    "a flood of marks": {"km": "Z" + "\u0300\u0316" * 200},
    "as long as may be": {"en": "é" * 1000},
}


def address(number: int) -> str:
    return f"person-{number}@union.example"


def test_the_chain_decides_and_its_link_is_recorded(database: Database, tmp_path: Path) -> None:
    people = [f"{address(place)},N,{country},{written},members" for place, (country, written, *_) in enumerate(CHAIN)]
    apply_file(database, write_programme(tmp_path, people=[HEAD, *people]))

    with database.reading() as session:
        query = select(Person.address, Notice.language, Notice.language_source).join(
            Notice,
            Notice.person_id == Person.id,  # type: ignore[arg-type]
        )
        recorded = {person: (language, source) for person, language, source in session.exec(query)}

    assert recorded == {address(place): (read, source) for place, (_, _, read, source) in enumerate(CHAIN)}


@pytest.mark.parametrize("word", ["../../x", "Klingon", "km;DROP", "12"])
def test_a_word_that_is_no_language_is_refused_with_its_line(tmp_path: Path, word: str) -> None:
    path = write_programme(tmp_path, people=[HEAD, f'{address(0)},N,KH,"{word}",members'])

    problems = problems_of(path)

    assert [(problem.line, problem.where) for problem in problems] == [(2, "language")]
    assert f'There is no language "{word}".' in problems[0].what


def test_a_language_that_convene_does_not_speak_is_worth_a_warning(tmp_path: Path) -> None:
    path = write_programme(tmp_path, people=[HEAD, f"{address(0)},N,KH,pt-BR,members"])

    warnings = [problem for problem in read_checked(path).problems if problem.level == "warning"]

    assert any("pt-BR" in problem.what for problem in warnings)


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_title_goes_from_the_file_into_every_mail(database: Database, tmp_path: Path, name: str) -> None:
    texts = ", ".join(f"{code}: {written(text)}" for code, text in STRANGE[name].items())
    event = (
        f"  meeting:\n    kind: meeting\n    title: {{{texts}}}\n"
        "    days: [{on: Mon 2020-01-20, from: 09:00, to: 11:30}]\n    invite: [members]\n"
    )
    people = [f"{address(0)},محمد,KH,km,members", f"{address(1)},{'N' * 200},,,members"]
    path = write_programme(tmp_path, event, people=[HEAD, *people])
    assert problems_of(path) == []
    apply_file(database, path)

    postbox = Postbox()
    assert asyncio.run(send_due(database, INVITED_AT, postbox)) == {"sent": 2}

    for _, body in postbox.mails:
        mail = message_from_bytes(body, policy=policy.default)
        types = [part.get_content_type() for part in mail.walk()]
        assert types == ["multipart/alternative", "text/plain", "text/html", "text/calendar"]
        assert mail["Content-Language"] in ("km", "en")
        assert mail["Subject"]


def written(text: str) -> str:
    """As a string of YAML."""
    return json.dumps(text, ensure_ascii=False).replace("\ufeff", "\\uFEFF")
