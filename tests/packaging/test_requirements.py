"""The pinned libraries: hashed, complete, and silent about where they come from."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = ["runtime.txt", "dev.txt", "benchmarks.txt"]
_PIN = re.compile(r"^([a-z0-9][a-z0-9-]*)==(\S+)")


def _lines(name: str) -> list[str]:
    text = (ROOT / "requirements" / name).read_text("utf-8").replace("\\\n", "")
    return [line for line in text.splitlines() if not line.lstrip().startswith("#")]


def _pins(name: str) -> dict[str, str]:
    return {found[1]: found[2] for line in _lines(name) if (found := _PIN.match(line))}


def _declared(extra: str | None = None) -> set[str]:
    """The names that pyproject.toml asks for, without those of convene's own extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["optional-dependencies"][extra] if extra else project["dependencies"]
    names = {re.split(r"[\[<>=; ]", requirement)[0].lower().replace(".", "-") for requirement in wanted}
    return names - {"convene-events"}


@pytest.mark.parametrize("name", FILES)
def test_every_line_pins_one_library_by_its_hash(name: str) -> None:
    lines = _lines(name)

    assert lines
    assert [line for line in lines if not _PIN.match(line) or "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("library", ["markupsafe", "pydantic-core", "psycopg-binary", "sqlalchemy"])
def test_a_compiled_library_can_be_installed_on_more_than_the_machine_that_pinned_it(library: str) -> None:
    [line] = [line for line in _lines("runtime.txt") if line.startswith(f"{library}==")]

    assert line.count("--hash=sha256:") > 20


@pytest.mark.parametrize("name", FILES)
def test_no_line_names_an_index_a_host_or_a_folder(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text("utf-8")

    assert re.findall(r"(?m)^\s*-(?!-hash=).*|\S*(?:://|file:|index-url|find-links)\S*", text) == []


def test_the_runtime_file_holds_what_the_package_and_a_server_need() -> None:
    assert _declared() | _declared("postgresql") <= _pins("runtime.txt").keys()


def test_the_dev_file_holds_what_every_extra_needs() -> None:
    assert _declared("dev") | _declared("demo") | _declared("postgresql") <= _pins("dev.txt").keys()


def test_what_runs_is_what_was_tested() -> None:
    assert _pins("runtime.txt").items() <= _pins("dev.txt").items()
