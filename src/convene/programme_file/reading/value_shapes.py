"""What values look like in the programme file, as fragments of JSON Schema (draft 2020-12), for editors.

Editors resolve YAML before they look: `number: 3` reaches the schema as an integer, `on: 2020-01-20` as text. The
reader (`written_values`, `written_dates`, `read_rules`) has the last word: it knows weekdays, names and contradictions.
"""

from typing import Any

from convene.language.languages import LANGUAGES
from convene.programme_file.reading.written_dates import MONTHS, UNDECIDED
from convene.programme_file.reading.written_values import LARGEST_NUMBER, LONGEST_ID
from convene.rules.plans import AT_ONCE, BY_HAND
from convene.rules.rule import ANCHORS, CLOCK_UNITS, FOLLOW_UPS, UNITS
from convene.rules.vocabulary import ANYWHERE_ON_EARTH, READER_ZONE, EventKind, EventStatus, Mode, Role, Side
from convene.rules.weekdays import WEEKDAYS
from convene.rules.zones import zone_names

Shape = dict[str, Any]

DAY_MODES = (Mode.IN_PERSON, Mode.LIVE, Mode.HYBRID, Mode.ON_DEMAND)
FOLDS = ("earlier", "later")

_DAY = "|".join(f"{name}|{name[:3]}" for name in WEEKDAYS)
_DATE = rf"(({_DAY}),? +)?(19[7-9]|2[01]\d)\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3]):[0-5]\d"
_AT = rf"( at {_TIME}( venue time)?)?"
_NOT_IN_LINKS = r'\s<>"\\^`{|}'


def _text(pattern: str, *examples: str) -> Shape:
    return {"type": "string", "pattern": f"^{pattern}$"} | ({"examples": list(examples)} if examples else {})


def _one_of(*words: str) -> Shape:
    return {"type": "string", "enum": list(words)}


def ref(name: str) -> Shape:
    """Whatever `$defs` holds under `name`."""
    return {"$ref": f"#/$defs/{name}"}


def list_of(item: Shape) -> Shape:
    return {"type": "array", "items": item}


def named(entry: Shape, name: Shape) -> Shape:
    """A mapping whose keys are the coordinator's own."""
    return {"type": "object", "propertyNames": name, "additionalProperties": entry}


def _words_of_a_rule() -> tuple[str, str, str]:
    """A rule in hours or minutes, one in days, weeks or months, and a written date; without the purpose in front."""
    tail = rf"(before|after)( ({'|'.join(ANCHORS)}))?( each (live )?day)?"
    clocked = "|".join(f"{unit}|{unit[:-1]}" for unit in CLOCK_UNITS)
    counted = "|".join(f"{unit}|{unit[:-1]}" for unit in UNITS if unit not in CLOCK_UNITS)
    return rf"\d+ ({clocked}) {tail}", rf"\d+ ({counted}) {tail}{_AT}", rf"on {_DATE}{_AT}"


_BY_CLOCK, _BY_DATE, _WRITTEN = _words_of_a_rule()
_RULE = f"({_BY_CLOCK}|{_BY_DATE}|{_WRITTEN})"

LINE: Shape = {"type": ["string", "number", "boolean"], "minLength": 1, "pattern": r"\S"}
TEXT: Shape = LINE | {
    "type": ["string", "number", "boolean", "object"],
    "minProperties": 1,
    "propertyNames": {"pattern": r"^[^./\\]+$"},
    "additionalProperties": ref("line"),
}
ID: Shape = {"type": ["string", "integer"], "pattern": rf"^[a-z0-9][a-z0-9-]{{0,{LONGEST_ID - 1}}}$", "minimum": 0}
KEY_ID: Shape = {"pattern": ID["pattern"]}
ADDRESS = _text(r"[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+", "name@union.example")
ZONE: Shape = {"type": "string", "enum": sorted(zone_names())}
DUE_ZONE: Shape = {"type": "string", "anyOf": [{"enum": [READER_ZONE, ANYWHERE_ON_EARTH]}, ref("zone")]}
LANGUAGE = _text(r"[^\s./\\][^./\\]*", *LANGUAGES)
COUNTRY = _text(r"[^\s/\\][^/\\]+", "KH", "Cambodia")
DATE = _text(_DATE, "Mon 2020-01-20", "2020-01-20")
DAY_ON = _text(
    rf"({_DATE}|{UNDECIDED}|({'|'.join(MONTHS)}) \d{{4}}|between {_DATE} and {_DATE})",
    "Mon 2020-01-20",
    UNDECIDED,
    "October 2027",
)
TIME = _text(_TIME, "09:00")
QUIET_HOURS = _text(rf"{_TIME}\s*[-–]\s*{_TIME}", "21:00-07:00")
DAY_OF_YEAR = _text(rf"(\d\d-\d\d|\d{{1,2}} ({'|'.join(MONTHS)}))", "1 April", "04-01")
HOLD = _text(r"(\d{1,2} minutes?|[01] hours?)", "10 minutes")
WEEKENDS = named(list_of(_one_of(*WEEKDAYS, *(name[:3] for name in WEEKDAYS))), {"minLength": 2})
LINK = _text(rf"https?://[^@/?#{_NOT_IN_LINKS}]+([/?#][^{_NOT_IN_LINKS}]*)?", "https://meet.example/4")
SECURE_LINK = _text(rf"https://[^@/?#{_NOT_IN_LINKS}]+([/?#][^{_NOT_IN_LINKS}]*)?", "https://map.example/x")
FILE_NAME = _text(r"[^\s/\\~][^\\]*", "people.csv")
POSITIVE: Shape = {
    "type": ["integer", "string"],
    "minimum": 1,
    "maximum": LARGEST_NUMBER,
    "pattern": r"^\d*[1-9]\d*$",
}
WHOLE: Shape = {"type": ["integer", "string"], "minimum": 0, "maximum": LARGEST_NUMBER, "pattern": r"^\d+$"}
TARGET = POSITIVE | {"pattern": r"^((over|about|at most) )?\d*[1-9]\d*$", "examples": [46, "over 15", "at most 20"]}
KIND = _one_of(*EventKind)
STATUS = _one_of(*EventStatus)
SIDE = _one_of(*Side)
ROLE = _one_of(*Role)
MODE = _one_of(*DAY_MODES)
FOLD = _one_of(*FOLDS)
OBSERVE = _one_of("observe", "ignore")
CALENDAR = _one_of("mail", "feed")
REMINDERS = list_of(_text(_RULE, "7 days before at 09:00", "1 hour before each live day"))
FOLLOW_UP_RULES = list_of(_text(f"({'|'.join(FOLLOW_UPS)}) {_RULE}", "thanks 1 day after", "progress 3 months after"))
ALARMS = list_of(_text(_BY_CLOCK, "30 minutes before"))
INVITATIONS: Shape = {"anyOf": [_one_of(AT_ONCE, BY_HAND), list_of(_text(_RULE, "30 days before"))]}
FORMAT: Shape = {"enum": [1, "1"]}
INVITED: Shape = {"anyOf": [LINE, ref("invited")]}
