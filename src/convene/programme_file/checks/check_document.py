"""The checks that need the whole file, and the people files with it."""

from collections.abc import Callable, Iterator, Sequence

from convene.errors import Problem
from convene.programme_file.checks.check_announced import check_announced
from convene.programme_file.checks.check_invited import assumed_clocks, check_invited, missing_texts
from convene.programme_file.checks.check_references import check_numbers, check_references, check_shapes
from convene.programme_file.checks.check_rules import check_alarms, check_invited_first, check_rules
from convene.programme_file.checks.check_times import check_times, undecided_notes
from convene.programme_file.checks.dossier import Dossier
from convene.programme_file.checks.no_effect_yet import no_effect_notes
from convene.programme_file.checks.resolve import own_or_general
from convene.programme_file.document import PersonEntry, ProgrammeDocument, RulePlan
from convene.programme_file.reading.findings import Places
from convene.programme_file.reading.read_programme import ReadResult

MOST_RULES = 20
"""Rules that may bear on one event."""


def check_read(result: ReadResult, people: Sequence[PersonEntry] | None, file: str) -> list[Problem]:
    """Everything that is wrong with, or worth saying of, a file just read: the reader's problems and the checks'."""
    problems = list(result.problems)
    if result.draft:
        problems += check_document(result.draft, people, file, result.places, result.faults)
    return sorted(problems)


def check_document(
    document: ProgrammeDocument,
    people: Sequence[PersonEntry] | None,
    file: str,
    places: Places | None = None,
    faults: frozenset[str] = frozenset(),
) -> list[Problem]:
    """Cross-checks of a document: errors, warnings and notes, by place.

    `people` None: the people files are not at hand, so groups and languages are not checked. `faults` are paths
    about which an error was reported before.
    """
    dossier = Dossier(document, people, file, places or {}, faults)
    return sorted(problem for check in _CHECKS for problem in check(dossier))


def check_rule_counts(dossier: Dossier) -> Iterator[Problem]:
    """At most twenty rules bear on one event, its own and the programme's together."""
    general = dossier.document.rules
    too_many = _count(general) > MOST_RULES
    if too_many:
        yield from dossier.at(_longest(general), f"{_count(general)} rules are too many.", f"at most {MOST_RULES}")
    for name, event in dossier.effective.items():
        count = _count(event.rules if too_many else own_or_general(event.rules, general)) + len(event.alarms)
        if count > MOST_RULES:
            what = f"{count} rules are too many for one event."
            yield from dossier.at(f"events.{name}.{_longest(event.rules)}", what, f"at most {MOST_RULES}")


def _count(plan: RulePlan) -> int:
    return sum(len(rules) for rules in vars(plan).values() if isinstance(rules, tuple))


def _longest(plan: RulePlan) -> str:
    """The key of the list that holds most rules."""
    lengths = {key: len(rules) for key, rules in vars(plan).items() if isinstance(rules, tuple)}
    return max(lengths, key=lambda key: lengths[key], default="reminders")


_CHECKS: tuple[Callable[[Dossier], Iterator[Problem]], ...] = (
    check_references,
    check_shapes,
    check_numbers,
    check_times,
    check_rule_counts,
    check_rules,
    check_invited_first,
    check_alarms,
    check_announced,
    check_invited,
    undecided_notes,
    missing_texts,
    assumed_clocks,
    no_effect_notes,
)
