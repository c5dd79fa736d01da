"""The settings of an installation: the environment wins over the file, the file over the defaults.

What can be set stands in `settings_table`. Nothing here opens a database or a connection.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from convene.errors import ContentError, ConveneError, Problem
from convene.settings_table import PREFIX, SETTINGS, Network, Setting
from convene.smtp_server import SmtpServer

_CONFIG_FILE = Path("config/convene.toml")
_ENVIRONMENT = "the environment"
# Low enough for CONVENE_FROM, too high for CONVENE_PORT, which Kubernetes sets by itself.
_ALIKE = 0.82


@dataclass(frozen=True)
class Settings:
    """What was decided. `now` (UTC) is a frozen moment for tests and rehearsals, None = the real clock.

    `secret_keys` holds none, one or two keys: the first signs, all check. `smtp_rate`: mails per minute over all
    connections, None = no limit. `source` says for each key where its value comes from: "the environment", the file's
    name, or "the default".
    """

    database_url: str = field(repr=False)  # may hold a password
    smtp: SmtpServer
    smtp_connections: int
    smtp_rate: int | None
    base_url: str
    trusted_proxies: tuple[Network, ...]
    secret_keys: tuple[str, ...] = field(repr=False)
    mail_from: str | None
    state_folder: Path
    now: datetime | None
    source: Mapping[str, str]


@dataclass(frozen=True)
class _Written:
    """One value as somebody wrote it: `file` and `line` (0 = no line) say where, `where` how it is called there."""

    text: object
    file: str
    line: int
    where: str

    def problem(self, what: str, remedy: str) -> Problem:
        return Problem(self.file, self.line, 0, self.where, what, remedy)


def load_settings(environ: Mapping[str, str], config_file: Path | None = None) -> Settings:
    """Read the environment, then the file, then the defaults.

    The file is `config_file`, else the one named by CONVENE_CONFIG, else config/convene.toml; only the last may be
    absent. Raises ContentError with every fault at once (key, place, what to write), ConveneError for a file that
    cannot be read.
    """
    problems: list[Problem] = []
    path = config_file or _config_file(environ)
    written = _from_file(path, problems) if path else {}
    written |= _from_environment(environ, problems)
    values = {setting.key: _value(setting, written.get(setting.key), problems) for setting in SETTINGS}
    if values["now"] and values["smtp_url"] and not values["smtp_url"].on_loopback:
        problems.append(_frozen_clock_off_loopback(written["now"]))
    if problems:
        raise ContentError(problems)
    source = {key: written[key].file if key in written else "the default" for key in values}
    return Settings(
        database_url=values["database_url"],
        smtp=values["smtp_url"],
        smtp_connections=values["smtp_connections"],
        smtp_rate=values["smtp_rate"],
        base_url=values["base_url"],
        trusted_proxies=values["trusted_proxies"] or (),
        secret_keys=values["secret_key"] or (),
        mail_from=values["mail_from"],
        state_folder=values["state_folder"] or _beside(values["database_url"]),
        now=values["now"],
        source=source,
    )


def _beside(database_url: str) -> Path:
    """The folder of an SQLite database; of any other, the current one."""
    kind, _, path = database_url.partition(":///")
    return Path(path).parent if kind == "sqlite" else Path()


def _frozen_clock_off_loopback(now: _Written) -> Problem:
    """A forgotten CONVENE_NOW would mail real people about days long past (design section 6)."""
    return now.problem(
        "the clock is frozen, but the SMTP server is not on this machine",
        "unset CONVENE_NOW, or set CONVENE_SMTP_URL to a server on localhost",
    )


def _value(setting: Setting, written: _Written | None, problems: list[Problem]) -> Any:
    if written is None:
        return None if setting.default is None else setting.read(setting.default)
    text = str(written.text) if type(written.text) is int else written.text
    if not isinstance(text, str):
        problems.append(written.problem("the value is not a text", f'write it in quotes: "{setting.example}"'))
        return None
    try:
        return setting.read(text)
    except ValueError as error:
        shown = "the value" if setting.secret else f"{text!r}"
        problems.append(written.problem(f"{shown} cannot be used: {error}", f"write for example {setting.example}"))
        return None


def file_to_write(environ: Mapping[str, str]) -> Path:
    """Where a new settings file belongs: the one named by CONVENE_CONFIG, else config/convene.toml."""
    return Path(environ.get(PREFIX + "CONFIG") or _CONFIG_FILE)


def _config_file(environ: Mapping[str, str]) -> Path | None:
    if named := environ.get(PREFIX + "CONFIG"):
        return Path(named)
    return _CONFIG_FILE if _CONFIG_FILE.exists() else None


def _from_file(path: Path, problems: list[Problem]) -> dict[str, _Written]:
    text, table = _read_toml(path)
    written = {key: _Written(value, str(path), _line_of(key, text), key) for key, value in table.items()}
    known = [setting.key for setting in SETTINGS if setting.in_file]
    for key in written.keys() - known:
        problems.append(written[key].problem("there is no such setting", _nearest(key, known)))
    return {key: value for key, value in written.items() if key in known}


def _read_toml(path: Path) -> tuple[str, dict[str, object]]:
    try:
        text = path.read_text("utf-8")
        return text, tomllib.loads(text)
    except OSError as error:
        raise ConveneError(
            f"The settings file {path} cannot be read: {error.strerror}.",
            "Name another file in CONVENE_CONFIG, or unset it to do without one.",
        ) from error
    except ValueError as error:  # not TOML, or not UTF-8
        raise ConveneError(
            f"The settings file {path} is not TOML in UTF-8: {error}.",
            'Write one setting per line, as in: base_url = "https://convene.example".',
        ) from error


def _line_of(key: str, text: str) -> int:
    """The line that sets `key`, counted from 1; 0 when it is written in some roundabout way."""
    lines = (line.partition("=")[0].strip(" \t[]\"'") for line in text.splitlines())
    return next((number for number, name in enumerate(lines, 1) if name == key), 0)


def _from_environment(environ: Mapping[str, str], problems: list[Problem]) -> dict[str, _Written]:
    """What is set and not empty: a container passes variables on that nobody filled in.

    An unknown name is refused only where it resembles one of ours: Kubernetes adds CONVENE_PORT and the like by itself
    to every pod beside a service called convene.
    """
    ours = {setting.variable: setting.key for setting in SETTINGS}
    names = [*ours, PREFIX + "CONFIG"]
    written = {}
    for name, text in environ.items():
        if name in ours and text:
            written[ours[name]] = _Written(text, _ENVIRONMENT, 0, name)
        elif name.startswith(PREFIX) and name not in names and get_close_matches(name, names, 1, _ALIKE):
            problems.append(Problem(_ENVIRONMENT, 0, 0, name, "there is no such setting", _nearest(name, names)))
    return written


def _nearest(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f"did you mean {near[0]}?" if near else f"the settings are {', '.join(known)}"
