"""How the name of a series is said with the kind and the number of its events, so that no word stands there twice.

"EWC" has its "2nd EWC seminar"; an "EWC Seminar" has its "2nd EWC Seminar", and not a seminar of it.
"""

from convene.language.catalogue import catalogue
from convene.language.kind_words import KindWords
from convene.language.languages import LANGUAGES
from convene.language.texts import one_line
from convene.language.whole_words import begins_with, ends_with

_PLACE = "\0"
_WORDS_THAT_MEET = 2
_LETTERS_THAT_MEET = 4
"""Fewer than these are the same by chance ("hội nghị", "Nghị viện"), in languages with and without blanks."""


def series_event(kind: KindWords, nth: str, name: str, language: str) -> str | None:
    """One phrase of `name`, number and kind: "3rd DAC meeting", "2nd EWC Seminar", "4th Wages working group meeting".

    `name` is one line in `language`. None where it speaks of the kind in words of its own ("Webinar cycle"): then the
    two are better said apart.
    """
    words, spaced = catalogue(language), LANGUAGES[language].spaced
    noun = one_line(words.gettext(kind.counted, nth=""))
    if stands_at_an_end(noun, name, language) or name.casefold() == _initials(noun):
        # Translators: nth is the ordinal of language.toml: 3rd; name says the kind of event: EWC Seminar
        return one_line(words.gettext("%(nth)s %(name)s", nth=nth, name=name))
    before, after = one_line(words.gettext(kind.counted_name, nth=nth, name=_PLACE)).split(_PLACE)
    meet = _words_that_meet if spaced else _letters_that_meet
    shorter_before, shorter_after = before[: len(before) - meet(before, name)], after[meet(name, after) :]
    if (shorter_before, shorter_after) == (before, after) and _speaks_of(name, noun, spaced):
        return None
    return one_line(shorter_before + name + shorter_after)


def stands_at_an_end(noun: str, name: str, language: str) -> bool:
    """Whether `name` begins or ends with `noun` in whole words."""
    return begins_with(name, noun, language) or ends_with(name, noun, language)


def _initials(noun: str) -> str:
    """A "ToT" is a training of trainers. Nothing where two words make none that anybody would know by them."""
    words = noun.casefold().split()
    return "".join(word[0] for word in words) if len(words) > _WORDS_THAT_MEET else ""


def _words_that_meet(left: str, right: str) -> int:
    """How many signs at the end of `left`, or the beginning of `right`, are words that both have there."""
    ending, beginning = left.casefold().split(), right.casefold().split()
    for count in range(min(len(ending), len(beginning)), _WORDS_THAT_MEET - 1, -1):
        if ending[-count:] == beginning[:count]:
            return len(" ".join(beginning[:count])) + 1
    return 0


def _letters_that_meet(left: str, right: str) -> int:
    for count in range(min(len(left), len(right)), _LETTERS_THAT_MEET - 1, -1):
        if left.endswith(right[:count]):
            return count
    return 0


def _speaks_of(name: str, noun: str, spaced: bool) -> bool:
    """Whether a word of the kind stands in the name, also in the plural ("Cycle de webinaires")."""
    name, noun = name.casefold(), noun.casefold()
    words = [word for word in noun.split() if spaced and len(word) >= _LETTERS_THAT_MEET]
    return noun in name or any(other.startswith(word) for word in words for other in name.split())
