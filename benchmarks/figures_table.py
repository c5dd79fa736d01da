"""The figures of the planning benchmark: as a table with ratios and targets, and as JSON."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

Measured = dict[str, float]

OURS, COPY = "convene, notices", "bare copy of the notices alone"
OURS_WITH_PARTS, COPY_WITH_PARTS = "convene, notices and parts of digests", "bare copy of notices and parts of digests"
TARGETS = {COPY_WITH_PARTS: 0.6, "APScheduler": 30.0, "procrastinate": 10.0}
"""How many times as fast as each we mean to be."""


@dataclass(frozen=True)
class Comparison:
    """One size on one database. `rates` are rows a second; memory is that of the planning process, in MiB.

    `again` is a second pass with nothing changed: seconds, and rows written. `move` is one re-planning after an event
    moved: milliseconds, rows written, and those of other events.
    """

    database: str
    notices: int
    rates: dict[str, float]
    before_mib: float
    peak_mib: float
    again: Measured
    move: Measured

    @property
    def ratios(self) -> dict[str, float]:
        """How many times as fast as each of the others we are: in notices, or with parts of digests as they."""
        others = self.rates.keys() - {OURS, OURS_WITH_PARTS}
        ours = {name: OURS_WITH_PARTS if name == COPY_WITH_PARTS else OURS for name in others}
        return {name: self.rates[ours[name]] / rate for name, rate in self.rates.items() if name in others}

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratios": self.ratios, "targets": TARGETS}


def printed(comparisons: Iterable[Comparison]) -> str:
    """Markdown, so that it can be pasted where it is discussed."""
    comparisons = list(comparisons)
    return "\n".join([*_rates(comparisons), "", *_growth(comparisons)])


def _rates(comparisons: list[Comparison]) -> Iterator[str]:
    yield "| database | notices | written by | rows/s | convene is x as fast | target |"
    yield "|---|---|---|---|---|---|"
    for one in comparisons:
        for name, rate in one.rates.items():
            ratio = f"{one.ratios[name]:.2f} | {TARGETS.get(name, '')}" if name in one.ratios else "|"
            yield f"| {one.database} | {one.notices:,} | {name} | {rate:,.0f} | {ratio} |"


def _growth(comparisons: list[Comparison]) -> Iterator[str]:
    yield (
        "| database | notices | memory before, peak (MiB) | a second pass (s) | rows written "
        "| one event moved (ms) | rows written | of other events |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for one in comparisons:
        memory, move = f"{one.before_mib:.0f}, {one.peak_mib:.0f}", one.move
        again = f"{one.again['seconds']:.1f} | {one.again['rows']:.0f}"
        written = f"{move['rows']:.0f} | {move['rows_of_others']:.0f}"
        yield f"| {one.database} | {one.notices:,} | {memory} | {again} | {move['milliseconds']:.0f} | {written} |"
