"""A planner on either database, for the tests that change a programme again and again."""

from pathlib import Path

import pytest
from tests.usecases.sample_planner import Planner

from convene.store.database import Database


@pytest.fixture
def planner(tmp_path: Path, database: Database) -> Planner:
    return Planner(tmp_path, database)
