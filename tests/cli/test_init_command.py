"""`init`: a settings file that works as it is, readable by its owner alone."""

import os
import stat
from pathlib import Path

import pytest
from tests.cli.terminal import Terminal

from convene.settings import load_settings
from convene.settings_table import SETTINGS


@pytest.fixture
def new(convene: Terminal) -> Terminal:
    """Nothing is set."""
    convene.settings.clear()
    return convene


def test_it_writes_a_file_that_loads_with_a_key_of_its_own(new: Terminal) -> None:
    answer = new("init")

    path = new.folder / "config/convene.toml"
    settings = load_settings({}, path)
    assert (answer.code, answer.out) == (0, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(settings.secret_keys[0]) == 43
    assert [key for key, source in settings.source.items() if source == str(path)] == ["secret_key"]
    assert [
        setting.key for setting in SETTINGS if setting.in_file and f"{setting.key} = " not in path.read_text()
    ] == []


def test_it_says_what_to_set_next_and_never_the_key(new: Terminal) -> None:
    answer = new("init")

    key = load_settings({}, new.folder / "config/convene.toml").secret_keys[0]
    assert [word for word in ("smtp_url", "base_url", "mail_from", "convene doctor") if word not in answer.err] == []
    assert key not in answer.err


def test_two_installations_have_two_keys(new: Terminal) -> None:
    keys = set()
    for name in ("one.toml", "two.toml"):
        new("init", CONFIG=name)
        keys |= set(load_settings({}, new.folder / name).secret_keys)

    assert len(keys) == 2


def test_a_file_that_is_there_is_left_alone(new: Terminal) -> None:
    new("init")
    before = (new.folder / "config/convene.toml").read_bytes()

    answer = new("init")

    assert (answer.code, answer.out) == (4, "")
    assert "config/convene.toml is there already" in answer.err
    assert (new.folder / "config/convene.toml").read_bytes() == before


def test_a_strict_umask_is_not_needed(new: Terminal) -> None:
    before = os.umask(0)
    try:
        new("init")
    finally:
        os.umask(before)

    assert stat.S_IMODE((new.folder / "config/convene.toml").stat().st_mode) == 0o600


def test_a_place_that_cannot_be_written_to_is_said(new: Terminal) -> None:
    Path(new.folder / "file").write_text("")

    answer = new("init", CONFIG="file/convene.toml")

    assert (answer.code, answer.out) == (1, "")
    assert "file/convene.toml" in answer.err
    assert "Traceback" not in answer.err


def test_what_it_wrote_is_what_the_other_commands_read(new: Terminal) -> None:
    new("init")

    shown = {row["key"]: row for row in new("config", "show", "--json").json("settings")}

    assert (shown["secret_key"]["value"], shown["secret_key"]["source"]) == ("***", "config/convene.toml")
