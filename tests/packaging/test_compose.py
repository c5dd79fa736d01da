"""docker-compose.yml against the schema of the Compose specification, which check-jsonschema brings along."""

import subprocess
import sys
from pathlib import Path

COMPOSE = Path(__file__).parents[2] / "docker-compose.yml"


def _check(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_compose_file_follows_the_compose_schema() -> None:
    outcome = _check(COMPOSE)

    assert outcome.returncode == 0, outcome.stdout


def test_a_misspelt_key_in_the_compose_file_would_be_seen(tmp_path: Path) -> None:
    misspelt = tmp_path / "docker-compose.yml"
    misspelt.write_text(COMPOSE.read_text("utf-8").replace("depends_on:", "depend_on:"))

    outcome = _check(misspelt)

    assert outcome.returncode == 1
    assert "depend_on" in outcome.stdout
