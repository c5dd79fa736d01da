"""The built wheel in an empty environment: everything is in it, nothing private is, and the demo's job runs from there.

The libraries are those of the test environment, by path; the checkout is not on that path.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TRAVELS = ["templates", "locales", "config"]


def _run(command: list[str | Path], cwd: Path, timeout_seconds: int = 300) -> str:
    """Run `command` without the variables of whoever runs the tests; its output, which must end well."""
    environ = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
    outcome = subprocess.run(
        command,
        cwd=cwd,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        timeout=timeout_seconds,
    )
    assert outcome.returncode == 0, outcome.stdout
    return outcome.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy without git, as from a tarball, with a coordinator's own settings and database lying in it."""
    copy = tmp_path_factory.mktemp("a checkout")
    for name in ["src", *TRAVELS]:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "convene.toml", "*.db"))
    for name in ["pyproject.toml", "README.md", "LICENSE", ".gitignore"]:
        shutil.copy(ROOT / name, copy)
    (copy / "config/convene.toml").write_text('secret_key = "private"\n')
    (copy / "config/convene.db").write_bytes(b"private")
    return copy


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=checkout)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the wheel alone and borrows the libraries."""
    environment = tmp_path_factory.mktemp("environment")
    _run([sys.executable, "-m", "venv", "--without-pip", environment], cwd=environment)
    interpreter = environment / "bin" / "python"
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", interpreter, "--disable-pip-version-check"]
    _run([*pip, "install", "--no-index", "--no-deps", wheel], cwd=environment)
    [packages] = environment.glob("lib/*/site-packages")
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    # A folder named in a .pth file has its own .pth files left unread, so no editable install slips in.
    (packages / "borrowed_libraries.pth").write_text("\n".join(sorted(borrowed)) + "\n")
    return interpreter


@pytest.mark.parametrize("folder", TRAVELS)
def test_every_file_of_a_shipped_folder_is_in_the_wheel_and_no_private_one(
    wheel: Path, checkout: Path, folder: str
) -> None:
    private = {"convene.toml", "convene.db"}
    files = [path for path in (checkout / folder).rglob("*") if path.is_file() and path.name not in private]

    prefix = f"convene/data/{folder}/"
    names = {name.removeprefix(prefix) for name in zipfile.ZipFile(wheel).namelist() if name.startswith(prefix)}

    assert names == {path.relative_to(checkout / folder).as_posix() for path in files}
    assert names


def test_the_wheel_says_that_it_is_typed_and_under_which_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert "convene/py.typed" in names
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]


def test_the_wheel_holds_every_file_of_the_package_and_nothing_beside_it(wheel: Path, checkout: Path) -> None:
    names = [name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name]

    code = {name for name in names if not name.startswith("convene/data/")}
    files = {path for path in (checkout / "src").rglob("*") if path.is_file()}

    assert code == {path.relative_to(checkout / "src").as_posix() for path in files}


def test_the_installed_package_finds_its_own_folders_and_not_the_checkout(python: Path, tmp_path: Path) -> None:
    ask = "import convene, convene.resources as r; print(convene.__file__, *map(r.resource_folder, {}), sep='\\n')"

    places = _run([python, "-I", "-c", ask.format(TRAVELS)], cwd=tmp_path).splitlines()

    assert [Path(place).is_relative_to(python.parents[1].resolve()) for place in places] == [True] * 4


def test_the_demos_job_runs_from_the_installed_wheel(python: Path, tmp_path: Path) -> None:
    gallery = tmp_path / "gallery"

    _run([python, "-I", "-m", "convene.cli.demo", "--out", gallery], cwd=tmp_path)

    assert list(gallery.rglob("index.html"))


def test_the_command_convene_is_installed(python: Path, tmp_path: Path) -> None:
    assert "check" in _run([python.with_name("convene"), "--help"], cwd=tmp_path)
