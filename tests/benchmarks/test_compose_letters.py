"""What the composing benchmark measures are whole mails, each to one reader, and the peers get the same words."""

from email import message_from_bytes, policy

import pytest
from benchmarks.compose import sample_in
from benchmarks.compose_letters import letter_in, mail_to, writer_of

from convene.language.languages import LANGUAGES
from convene.mail.compose import compose


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_is_whole_and_its_readers_own(language: str) -> None:
    letter = letter_in(language)
    writer = writer_of(letter)

    first, second = (message_from_bytes(mail_to(number, letter, writer), policy=policy.default) for number in (1, 2))

    assert first["Content-Language"] == language
    assert first["Subject"] == second["Subject"] == compose(letter).subject
    types = [part.get_content_type() for part in first.walk()]
    assert types == ["multipart/alternative", "text/plain", "text/html", "text/calendar"]
    for mail, own, other in ((first, "1", "2"), (second, "2", "1")):
        everything = "".join(part.get_content() for part in mail.walk() if not part.is_multipart())
        assert f"Participant {own}" in everything
        assert f"Participant {other}" not in everything


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_peers_get_the_same_words_with_slots(language: str) -> None:
    sample = sample_in(language)

    assert sample.language == language
    for part in (sample.text, sample.html):
        assert all(slot in part for slot in ("{{ name }}", "{{ link }}", "{{ date }}", "{{ time }}"))
    assert "Participant 1" not in sample.text + sample.html + sample.calendar
