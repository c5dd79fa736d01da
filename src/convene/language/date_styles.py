"""How each language writes dates and hours in correspondence: patterns for Babel, which supplies the names alone.

Babel's own formats are not used: they print km Monday as ច័ន្ទ, drop the native digits, and fall to bare numbers for
Lao ranges. Never use L or q in a pattern: Babel 2.18 leaks those names between languages of one process (babel #1234).
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class DateStyle:
    """Patterns of CLDR letters. A range is two of them around `dash`, by what its two dates share.

    `within_month` and `within_year` are (first, last); across years both are `medium`. `time` takes
    `hour`, `twelve` (of a 12-hour clock) and `minute`; `time_frame` wraps one time or a range of times.
    """

    long: str = "EEEE, d MMMM y"
    medium: str = "d MMMM y"
    short: str = "d MMMM"
    within_month: tuple[str, str] = ("d", "d MMMM y")
    within_year: tuple[str, str] = ("d MMMM", "d MMMM y")
    short_within_month: tuple[str, str] = ("d", "d MMMM")
    dash: str = "–"
    wide_dash: str = " – "
    time: str = "{hour:02}:{minute:02}"
    time_frame: str = "{time}"


_PLAIN = DateStyle()

_STYLES: Mapping[str, DateStyle] = {
    # Official letters write ថ្ងៃទី១ ខែឧសភា ឆ្នាំ២០២៥; cccc gives ចន្ទ, the spelling of ordinary print, EEEE gives ច័ន្ទ.
    "km": DateStyle(
        long="'ថ្ងៃ'cccc 'ទី'd 'ខែ'MMMM 'ឆ្នាំ'y",
        medium="'ថ្ងៃទី'd 'ខែ'MMMM 'ឆ្នាំ'y",
        within_month=("'ថ្ងៃទី'd", "d 'ខែ'MMMM 'ឆ្នាំ'y"),
        within_year=("'ថ្ងៃទី'd 'ខែ'MMMM", "'ថ្ងៃទី'd 'ខែ'MMMM 'ឆ្នាំ'y"),
        time_frame="ម៉ោង {time}",
    ),
    # ໂມງ closes a clock time; the hour has no leading zero (CLDR H:mm).
    "lo": DateStyle(
        long="EEEE 'ວັນທີ' d MMMM y",
        time="{hour}:{minute:02}",
        time_frame="ເວລາ {time} ໂມງ",
    ),
    # Twelve hours behind a part of the day (সকাল ৮:৩০), as the press writes; AM and PM are not read.
    "bn": DateStyle(time="{twelve}:{minute:02}"),
    # In subjects the weekday stands in brackets, as invitations have it: 1月20日(月).
    "ja": DateStyle(
        long="y年M月d日EEEE",
        medium="y年M月d日",
        short="M月d日(E)",
        within_month=("y年M月d日", "d日"),
        within_year=("y年M月d日", "M月d日"),
        short_within_month=("M月d日", "d日"),
        dash="～",
        wide_dash="～",
        time="{hour}時{minute:02}分",
    ),
}

# The parts of a Bengali day by the hour at which they begin. CLDR lets দুপুর last until 16; the press says বিকাল ৩টা.
_BENGALI_DAY_PARTS = ((20, "রাত"), (18, "সন্ধ্যা"), (15, "বিকাল"), (12, "দুপুর"), (6, "সকাল"), (4, "ভোর"), (0, "রাত"))


def date_style(language: str) -> DateStyle:
    """The style of `language`; a plain one for a language whose table comes with its catalogue."""
    return _STYLES.get(language, _PLAIN)


def day_part(hour: int, language: str) -> str:
    """The word for the part of the day that precedes a 12-hour time; empty where 24 hours are read."""
    if language != "bn":
        return ""
    return next(word for begins, word in _BENGALI_DAY_PARTS if hour >= begins)
