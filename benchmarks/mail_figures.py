"""The figures of the mail benchmark: medians with their range, ratios beside the targets, as a table and as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Series:
    """One thing measured several times, in the order of the rounds. `note` stands beside it in the table."""

    name: str
    unit: str
    values: tuple[float, ...]
    note: str = ""

    @property
    def median(self) -> float:
        return median(self.values)

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "unit": self.unit, "values": self.values, "median": self.median, "note": self.note}


@dataclass(frozen=True)
class Target:
    """What the values of `ours` divided by those of `other` are to be, round by round: `bound` at least, or at most."""

    ours: str
    other: str
    bound: float
    at_most: bool = False

    @property
    def words(self) -> str:
        return f"{'<=' if self.at_most else '>='} {self.bound:g}"


@dataclass(frozen=True)
class Ratio:
    """A target with what was measured: the ratio of each round."""

    target: Target
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def reached(self) -> bool:
        return self.median <= self.target.bound if self.target.at_most else self.median >= self.target.bound

    def as_json(self) -> dict[str, Any]:
        target = {"ours": self.target.ours, "other": self.target.other, "target": self.target.words}
        return {**target, "values": self.values, "median": self.median, "reached": self.reached}


@dataclass(frozen=True)
class Table:
    """One part of the benchmark: what was measured in turn, and what it is held against."""

    title: str
    series: tuple[Series, ...]
    targets: tuple[Target, ...] = ()

    def ratios(self) -> list[Ratio]:
        """Those of the targets both sides of which were measured."""
        by_name = {one.name: one.values for one in self.series}
        return [
            Ratio(target, _divided(by_name[target.ours], by_name[target.other]))
            for target in self.targets
            if target.ours in by_name and target.other in by_name
        ]

    def missing(self) -> list[Target]:
        """The targets that could not be held against anything."""
        measured = {ratio.target for ratio in self.ratios()}
        return [target for target in self.targets if target not in measured]

    def as_json(self) -> dict[str, Any]:
        ratios = [ratio.as_json() for ratio in self.ratios()]
        return {"title": self.title, "series": [one.as_json() for one in self.series], "ratios": ratios}


def printed(tables: Iterable[Table]) -> str:
    """Markdown, so that it can be pasted where it is discussed."""
    return "\n".join(line for table in tables for line in _lines(table))


def _lines(table: Table) -> Iterator[str]:
    yield from (f"## {table.title}", "", "| | median [min-max] | |", "|---|---|---|")
    for one in table.series:
        yield f"| {one.name} | {_spread(one.values)} {one.unit} | {one.note} |"
    yield ""
    if table.targets:
        yield from ("| ratio | measured [min-max] | target | |", "|---|---|---|---|")
        for ratio in table.ratios():
            verdict = "reached" if ratio.reached else "**not reached**"
            yield f"| {_names(ratio.target)} | {_spread(ratio.values)} | {ratio.target.words} | {verdict} |"
        for target in table.missing():
            yield f"| {_names(target)} | not measured | {target.words} | |"
        yield ""


def _names(target: Target) -> str:
    return f"{target.ours} / {target.other}"


def _divided(ours: Sequence[float], other: Sequence[float]) -> tuple[float, ...]:
    """Round by round: what moved a whole round moves both sides. Where one was measured once, against the median."""
    if len(ours) != len(other):
        return (median(ours) / median(other),)
    return tuple(one / another for one, another in zip(ours, other, strict=True))


def _spread(values: Sequence[float]) -> str:
    middle = _number(median(values))
    return middle if len(values) == 1 else f"{middle} [{_number(min(values))}-{_number(max(values))}]"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
