"""One table of a `language.toml`, taken key by key; every fault is said in words for the translator who wrote it."""

import unicodedata
from collections.abc import Callable, Collection, Mapping
from string import Formatter
from typing import Any, TypeVar

from convene.language.date_pattern import DatePattern, date_pattern

T = TypeVar("T")
_ZWSP = "\u200b"


class StyleKeys:
    """`path` names the table ("dates", "ordinals.feminine"); what is wrong is added to `faults` and read as empty."""

    def __init__(self, table: Mapping[str, Any], path: str, faults: list[str]) -> None:
        self._table = table
        self._path = path
        self._faults = faults
        self._known: set[str] = set()

    def table(self, key: str, *, optional: bool = False) -> "StyleKeys":
        """The table under `key`; an empty one where it is optional and absent."""
        return StyleKeys(self._value(key, dict, "a table", {}, optional), self._under(key), self._faults)

    def has(self, key: str) -> bool:
        return key in self._table

    def text(self, key: str) -> str:
        """A text that is used as it is, its spaces with it."""
        return self._tidy(self._value(key, str, "a text", "", False), key)

    def optional_text(self, key: str) -> str | None:
        self._known.add(key)
        return self.text(key) if key in self._table else None

    def whole_number(self, key: str, default: int) -> int:
        return self._value(key, int, "a whole number", default, True)

    def template(self, key: str, *names: str, needs: Collection[str] = ()) -> str:
        """A text with blanks from `names`, all of `needs` among them ("hour|twelve": one of the two)."""
        text = self.text(key)
        return text if not text or self._blanks_are_right(text, self._under(key), names, needs) else ""

    def pattern(self, key: str) -> DatePattern:
        return self._pattern(self.text(key), self._under(key))

    def two_patterns(self, key: str) -> tuple[DatePattern, DatePattern]:
        """The first and the last date of a range."""
        pair = self._value(key, list, "two texts in a list", ["", ""], False)
        if len(pair) != 2 or not all(isinstance(text, str) for text in pair):
            self._faults.append(f"{self._under(key)} must be two texts in a list")
            return (), ()
        first, last = (self._pattern(self._tidy(text, key), self._under(key)) for text in pair)
        return first, last

    def day_parts(self, key: str) -> tuple[tuple[int, str], ...]:
        """Pairs of an hour and a word, the latest hour first, the last one 0; none where the key is absent."""
        pairs = self._value(key, list, "a list of pairs", [], True)
        parts = tuple((pair[0], self._tidy(pair[1], key)) for pair in pairs if _is_hour_and_word(pair))
        hours = [hour for hour, _ in parts]
        if len(parts) != len(pairs) or hours != sorted(set(hours), reverse=True) or (hours and hours[-1] != 0):
            self._faults.append(f'{self._under(key)} must hold pairs like [18, "..."], the latest hour first, 0 last')
            return ()
        return parts

    def by_number(self, key: str, *names: str) -> Mapping[int, str]:
        """Templates by number; the blanks may be missing, since some forms are words ("first")."""
        keys = self.table(key, optional=True)
        numbers = [int(word) for word in keys._table if word.isdecimal() and word.isascii()]
        return keys.finished({number: keys.template(str(number), *names) for number in numbers})

    def by_word(self, key: str) -> Mapping[str, str]:
        """Texts by any word."""
        keys = self.table(key, optional=True)
        return {word: keys.text(word) for word in keys._table}

    def words(self, key: str, known: Callable[[str], T]) -> frozenset[T]:
        """A list of words that `known` reads, and of which it says ValueError to others."""
        read = set()
        for word in self._value(key, list, "a list of words", [], True):
            try:
                read.add(known(word))
            except ValueError:
                self._faults.append(f"{self._under(key)}: {word!r} is none of the words that may stand there")
        return frozenset(read)

    def finished(self, made: T) -> T:
        """`made`, after every key has been taken: what is left is unknown."""
        for key in sorted(self._table.keys() - self._known):
            known = ", ".join(sorted(self._known)) or "numbers alone"
            self._faults.append(f"{self._under(key)} is not known; here may stand {known}")
        return made

    def _value(self, key: str, wanted: type[T], called: str, default: T, optional: bool) -> T:
        self._known.add(key)
        if key not in self._table:
            if not optional:
                self._faults.append(f"{self._under(key)} is missing; it is {called}")
            return default
        value = self._table[key]
        if type(value) is not wanted:
            self._faults.append(f"{self._under(key)} must be {called}")
            return default
        return value

    def _tidy(self, text: str, key: str) -> str:
        if _ZWSP in text:
            self._faults.append(f"{self._under(key)} holds a zero-width space (U+200B); write it without")
        if any(sign.isdecimal() and not sign.isascii() for sign in text):
            self._faults.append(f"{self._under(key)} holds digits of its own script; write 0 to 9, they are mapped")
        return unicodedata.normalize("NFC", text)

    def _pattern(self, text: str, path: str) -> DatePattern:
        try:
            return date_pattern(text)
        except ValueError as fault:
            self._faults.append(f"{path} {fault}")
            return ()

    def _blanks_are_right(self, text: str, path: str, names: Collection[str], needs: Collection[str]) -> bool:
        allowed = ", ".join(f"{{{name}}}" for name in names)
        try:
            used = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
            text.format(**dict.fromkeys(names, 1))
        except (KeyError, IndexError, ValueError):
            self._faults.append(f"{path} has a blank that cannot be filled in; there may stand {allowed}")
            return False
        lacking = [need for need in needs if not used & set(need.split("|"))]
        for need in lacking:
            self._faults.append(f"{path} must hold {{{need.replace('|', '} or {')}}}")
        return not lacking

    def _under(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key


def _is_hour_and_word(pair: object) -> bool:
    if not isinstance(pair, list) or len(pair) != 2:
        return False
    return type(pair[0]) is int and 0 <= pair[0] < 24 and isinstance(pair[1], str) and bool(pair[1])
