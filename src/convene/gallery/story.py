"""One person's mails in order, under a file name that is safe for any name and address."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from convene.gallery.values import GalleryMail
from convene.language.languages import LANGUAGES
from convene.language.zone_labels import country_name
from convene.rules.vocabulary import NoticeKind

PEOPLE_PAGES = "people/[0-9][0-9][0-9]*.html"
"""The pattern that the page of every story fits."""

_LONGEST_SLUG = 40
_NO_COUNTRY = "No country given"


@dataclass(frozen=True)
class Story:
    """The mails of one address, by the moment of sending; never none. `page` is relative to the gallery's folder."""

    page: str
    mails: tuple[GalleryMail, ...]

    @property
    def person(self) -> str:
        """The name; of somebody who gave none, the address."""
        return self.mails[0].person or self.address

    @property
    def address(self) -> str:
        return self.mails[0].person_address

    @property
    def country(self) -> str:
        return _country_name(self.mails[0].country)

    @property
    def language(self) -> str:
        """The language that the person reads in this gallery: that of their first mail's words."""
        return self.mails[0].words.language

    @property
    def clocks(self) -> tuple[str, ...]:
        """The zones of the person's clock, with the label they read; more than one only if the person moved."""
        return tuple(dict.fromkeys(f"{mail.timezone_label} ({mail.timezone})" for mail in self.mails))

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(mail.role for mail in self.mails if mail.role))

    @property
    def language_notes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(mail.language_note for mail in self.mails if mail.language_note))

    @property
    def kinds(self) -> dict[NoticeKind, int]:
        """How many mails of each kind, in the order of the vocabulary; kinds that do not occur are absent."""
        counts = Counter(mail.kind for mail in self.mails)
        return {kind: counts[kind] for kind in NoticeKind if counts[kind]}


def stories(mails: Iterable[GalleryMail]) -> tuple[Story, ...]:
    """One story per address, by country, name and address; each under a page of its own, even where names agree."""
    by_address: dict[str, list[GalleryMail]] = {}
    for mail in sorted(mails, key=lambda mail: (mail.sent_at, mail.key)):
        by_address.setdefault(mail.person_address, []).append(mail)
    people = sorted(by_address.values(), key=_place)
    return tuple(Story(_page(number, person[0]), tuple(person)) for number, person in enumerate(people, start=1))


def first_story(found: Iterable[Story]) -> Story | None:
    """The story to open with: not in English if any is not, then with the most kinds, then with the most mails."""
    return max(found, key=_telling, default=None)


def story_per_language(found: Iterable[Story]) -> tuple[Story, ...]:
    """The most telling story of each language, by language code; English last."""
    in_order = sorted(found, key=lambda story: (story.language == "en", story.language))
    return tuple(max(group, key=_telling) for _, group in groupby(in_order, key=lambda story: story.language))


def by_country(found: Iterable[Story]) -> tuple[tuple[str, tuple[Story, ...]], ...]:
    """Stories, which stand by country already, in one group per country."""
    return tuple((country, tuple(group)) for country, group in groupby(found, key=lambda story: story.country))


def language_name(code: str) -> str:
    """The English name of a language; the code itself where convene does not know it."""
    return LANGUAGES[code].english_name if code in LANGUAGES else code


def own_language_name(code: str) -> str:
    """What a language calls itself ("ខ្មែរ"); the code itself where convene does not know it."""
    return LANGUAGES[code].native_name if code in LANGUAGES else code


def _country_name(code: str | None) -> str:
    return country_name(code, "en") if code else _NO_COUNTRY


def _place(person: list[GalleryMail]) -> tuple[bool, str, list[tuple[int, str]], str]:
    first = person[0]
    return first.country is None, _country_name(first.country), _counting_order(first.person), first.person_address


def _counting_order(name: str) -> list[tuple[int, str]]:
    """ "Participant 2" before "Participant 11", in the digits of any script."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]


def _telling(story: Story) -> tuple[bool, int, int]:
    return story.language != "en", len(story.kinds), len(story.mails)


def _page(number: int, mail: GalleryMail) -> str:
    """The number alone makes the name unique; the letters, where there are any, help whoever lists the folder."""
    letters = _ascii_letters(mail.person) or _ascii_letters(mail.person_address.partition("@")[0])
    return f"people/{number:03d}-{letters}.html" if letters else f"people/{number:03d}.html"


def _ascii_letters(text: str) -> str:
    """What remains of `text` in a-z, 0-9 and "-"; empty where no letter does."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].strip("-")
    return slug if re.search("[a-z]", slug) else ""
