"""What `check` foresees of a small file, with the real weekends and public holidays."""

from collections.abc import Sequence

from convene.errors import Problem
from convene.programme_file.checks.dossier import Dossier
from convene.programme_file.checks.foreseen import Foreseen
from convene.programme_file.document import PersonEntry
from convene.programme_file.reading.read_programme import read_programme
from convene.usecases.programmes.check_programme import observed

HEAD = """\
convene: 1
programme: {{id: x, title: x, timezone: UTC, language: en, organiser: {{name: x, email: x@y.example}}{settings}}}
venues: {{hall: {{title: x, timezone: Asia/Phnom_Penh, country: KH}}}}
events:
"""


def foreseen(events: str, people: Sequence[PersonEntry], settings: str = "") -> Foreseen:
    """`settings` are further keys of the programme, as ", working_days: ignore"."""
    result = read_programme(HEAD.format(settings=settings) + events, "x.yaml")
    assert result.document is not None, result.problems
    dossier = Dossier(result.document, people, "x.yaml", result.places)
    return Foreseen(dossier, observed(result.document.programme))


def lines(problems: Sequence[Problem]) -> list[tuple[str, ...]]:
    """What is printed of findings: what they are about, and the rest."""
    return [tuple(filter(None, (problem.about, problem.what, problem.remedy))) for problem in problems]


def team(country: str, count: int = 1, **more: object) -> list[PersonEntry]:
    """People of one country in the group that is called like it."""
    addresses = [f"person{n}@{country.lower()}.example" for n in range(1, count + 1)]
    return [PersonEntry(address, country=country, groups=(country,), **more) for address in addresses]  # type: ignore[arg-type]
