"""Wall clocks and instants. Zones come from the PyPI package `tzdata` alone, so that hosts agree (design promise 1).

Doubtful times (skipped or repeated by a change of the clock) are found here and decided by the coordinator (`fold`).
"""

import importlib.resources
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from convene.rules.vocabulary import ANYWHERE_ON_EARTH

# Without this the host's own zone files would win, and two hosts could compute two different hours.
zoneinfo.reset_tzpath(to=())


@cache
def zone_names() -> frozenset[str]:
    """Every zone id of the installed tzdata package; "Factory" stands for a clock that nobody has set."""
    text = importlib.resources.files("tzdata").joinpath("zones").read_text("utf-8")
    return frozenset(text.split()) - {"Factory"}


def is_zone(name: str) -> bool:
    return name in zone_names()


@cache
def zone(name: str) -> ZoneInfo:
    """The zone `name`, an id of tzdata; `anywhere-on-earth` is UTC-12. Raises KeyError for anything else."""
    if name == ANYWHERE_ON_EARTH:
        return ZoneInfo("Etc/GMT+12")
    if name not in zone_names():
        raise KeyError(name)
    return ZoneInfo(name)


def instant(on: date, at: time, zone_name: str, fold: int = 0) -> datetime:
    """The moment (UTC) at which the clock of `zone_name` shows `at` on `on`; `fold` 1 picks the later of two."""
    moment = datetime.combine(on, at, zone(zone_name))
    return (moment.replace(fold=fold) if fold else moment).astimezone(UTC)


def wall_clock(moment: datetime, zone_name: str) -> datetime:
    """What the clock of `zone_name` shows at `moment`: a naive local datetime, with `fold` kept."""
    return moment.astimezone(zone(zone_name)).replace(tzinfo=None)


def offset(moment: datetime, zone_name: str) -> timedelta:
    """How far the clock of `zone_name` is ahead of UTC at `moment`."""
    ahead = moment.astimezone(zone(zone_name)).utcoffset()
    assert ahead is not None  # every ZoneInfo has one
    return ahead


def is_skipped(on: date, at: time, zone_name: str) -> bool:
    """Whether the clock never shows `at` on `on` (the hour jumped over when clocks go forward)."""
    return wall_clock(instant(on, at, zone_name), zone_name) != datetime.combine(on, at)


def is_repeated(on: date, at: time, zone_name: str) -> bool:
    """Whether the clock shows `at` twice on `on` (clocks go back)."""
    if is_skipped(on, at, zone_name):
        return False
    return instant(on, at, zone_name) != instant(on, at, zone_name, fold=1)


@cache
def tzdata_version() -> str:
    """The release of the installed zone database, such as "2026c"."""
    text = importlib.resources.files("tzdata").joinpath("zoneinfo", "tzdata.zi").read_text("utf-8")
    return text.split("\n", 1)[0].removeprefix("# version ").strip()
