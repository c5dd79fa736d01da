"""The first words of a subject, which say what a mail is about. The rest is the name of the event, and its date.

A phone shows some 25 letters of Khmer; Latin ones are narrower, and the narrowest phone shows 33 of them.
"""

from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po
from tests.complete_languages import COMPLETE
from tests.language.scripts import scripts_of
from tests.mail.visible_text import clusters

from convene.language.catalogue import catalogue
from convene.resources import resource_folder

ROOM_FOR_A_NAME = len("DAC")
NAME = "%(title)s"


def subjects(language: str) -> Iterator[str]:
    """Every subject in the language, for ten days ahead."""
    with (resource_folder("locales") / "convene.pot").open("rb") as file:
        ids = [message.id for message in read_po(file)]
    words = catalogue(language).translations
    for sentence in ids:
        if isinstance(sentence, str) and NAME in sentence:
            yield words.gettext(sentence)
        elif not isinstance(sentence, str) and NAME in sentence[0]:
            yield words.ngettext(sentence[0], sentence[1], 10).replace("%(days)s", "10")


@pytest.mark.parametrize("language", COMPLETE)
def test_the_news_stands_first_and_leaves_room_for_a_name(language: str) -> None:
    written, shown = list(subjects(language)), 33 if scripts_of(language) == {"LATIN"} else 25
    assert written
    for subject in written:
        news, _, after = subject.partition(NAME)
        assert after == ""
        assert clusters(news.strip(" \u00a0:：៖")) <= shown - ROOM_FOR_A_NAME, subject


@pytest.mark.parametrize("language", COMPLETE)
def test_a_subject_holds_no_zero_width_space(language: str) -> None:
    assert not any("\u200b" in subject for subject in subjects(language))
