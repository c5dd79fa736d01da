"""Every scenario of faults, in short: real processes, real files, a real server, on both databases.

Most of a scenario is waiting, for a lease or for a second to pass. So four are played at a time, and each test looks at
what came of its own.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.faults.families import SCENARIOS
from tests.faults.scene import Figures, Scenario, play
from tests.postgresql import PostgreSql
from tests.programmes import database_file, small_database

SEED = 20200106
AT_ONCE = 4
CASES = [pytest.param(one, kind, id=f"{one.name}-{kind}") for one in SCENARIOS for kind in one.databases]

Played = dict[str, Future[Figures]]


@pytest.fixture(scope="module")
def played(
    request: pytest.FixtureRequest, postgresql: PostgreSql, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    """The figures to come of the cases that were chosen, by their ids."""

    def run(scenario: Scenario, kind: str, folder: Path) -> Figures:
        with small_database(folder) if kind == "sqlite" else postgresql.empty_database() as database:
            return play(scenario, kind, database, folder, SEED)

    database_file(tmp_path_factory.mktemp("template"))  # migrations run in one thread at a time
    pool, playing = ThreadPoolExecutor(AT_ONCE), Played()
    for item in request.session.items:
        if isinstance(item, pytest.Function) and item.function is test_what_must_hold_holds:
            scenario, kind = item.callspec.params["scenario"], item.callspec.params["kind"]
            assert isinstance(scenario, Scenario)
            assert isinstance(kind, str)
            playing[item.callspec.id] = pool.submit(run, scenario, kind, tmp_path_factory.mktemp(item.callspec.id))
    yield playing
    pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize(("scenario", "kind"), CASES)
def test_what_must_hold_holds(scenario: Scenario, kind: str, played: Played) -> None:
    figures = played[f"{scenario.name}-{kind}"].result()

    assert figures.broken == []
