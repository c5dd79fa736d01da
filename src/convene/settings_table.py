"""The table of settings: key, unit, default, a sentence, and how its text is read. The example file comes out of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from textwrap import fill
from typing import Any
from urllib.parse import urlsplit

from convene.smtp_server import parse_smtp_url

PREFIX = "CONVENE_"
_MOST_CONNECTIONS = 20
Network = IPv4Network | IPv6Network
_ADDRESS = re.compile(r"[!#$%&'*+/=?^_`{|}~.A-Za-z0-9-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
"""What an envelope, a header and a Message-ID may hold."""
_LINK = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]{1,800}")
"""RFC 3986 2; with a token behind it, it must have room on one line of a header (RFC 5322 2.1.1)."""


@dataclass(frozen=True)
class Setting:
    """One row of the table. `default` and `example` are written as a person would write them; None = not set.

    `read` turns that text into the value and raises ValueError with the reason. `unit` says what the text is.
    A `secret` is never repeated in a message.
    """

    key: str
    unit: str
    default: str | None
    example: str
    sentence: str
    read: Callable[[str], Any]
    secret: bool = False
    in_file: bool = True

    @property
    def variable(self) -> str:
        return PREFIX + self.key.upper()


def _read_database_url(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("it begins with neither sqlite:/// nor postgresql://")
    return text


def _read_base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it is not an address that begins with http:// or https:// and names a host")
    if not _LINK.fullmatch(text):
        raise ValueError("it is too long, or holds what no link may; a host of another script is written as xn--...")
    if parts.query or parts.fragment or parts.username:
        raise ValueError("it holds more than a host, a port and a path")
    return (parts.scheme + text[len(parts.scheme) :]).rstrip("/")


def _read_secret_keys(text: str) -> tuple[str, ...]:
    keys = tuple(re.split(r"[\s,]+", text.strip()))
    if len(keys) > 2:
        raise ValueError(f"it holds {len(keys)} values; the first signs, a second one still checks, a third has no use")
    return keys


def _read_address(text: str) -> str:
    if not text.isascii():
        raise ValueError("it has letters outside ASCII; a domain of another script is written as xn--...")
    if not _ADDRESS.fullmatch(text):
        raise ValueError("it is not a plain mail address")
    return text


def _read_connections(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_CONNECTIONS:
        raise ValueError(f"it is not a whole number from 1 to {_MOST_CONNECTIONS}")
    return int(text)


def _read_rate(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError("it is not a whole number from 1 on")
    return int(text)


def _read_networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(word) for word in re.split(r"[\s,]+", text.strip()))


def _read_moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise ValueError("it is not a moment in UTC with a Z at its end") from error


SETTINGS = (
    Setting(
        "database_url",
        "URL",
        "sqlite:///convene.db",
        "postgresql://convene:password@localhost/convene",
        "The database: a file for SQLite (three slashes, then its path from here), or a PostgreSQL server.",
        _read_database_url,
        secret=True,
    ),
    Setting(
        "smtp_url",
        "URL",
        "smtp://localhost:25",
        "smtps://user:password@mail.example:465",
        "The server that takes the mail. smtp:// insists on STARTTLS unless the server is on this machine; smtps:// "
        "speaks TLS from the start. In user and password write / ? # @ % as %2F %3F %23 %40 %25.",
        parse_smtp_url,
        secret=True,
    ),
    Setting(
        "smtp_connections",
        "number, 1 to 20",
        "4",
        "4",
        "How many connections to that server are open at once. Large providers refuse more than a few.",
        _read_connections,
    ),
    Setting(
        "smtp_rate",
        "mails per minute",
        None,
        "100",
        "The most mails that leave in a minute, over all connections. Without it there is no limit.",
        _read_rate,
    ),
    Setting(
        "base_url",
        "URL",
        "http://localhost:8000",
        "https://convene.example",
        "The address under which readers reach the feeds, as it stands in links.",
        _read_base_url,
    ),
    Setting(
        "trusted_proxies",
        "addresses or networks",
        None,
        "127.0.0.1 10.0.0.0/8",
        "The reverse proxies in front of the web server, separated by spaces. What they say in X-Forwarded-For tells "
        "apart the peers whose floods are slowed down; of anybody else it is not believed.",
        _read_networks,
    ),
    Setting(
        "secret_key",
        "text",
        None,
        "paste-a-long-random-text-here",
        "Signs the secret links. Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'. May "
        "hold two values separated by a space: the first signs, both check.",
        _read_secret_keys,
        secret=True,
    ),
    Setting(
        "mail_from",
        "mail address",
        None,
        "events@organiser.example",
        "The From address of all mail. Without it each mail comes from the address of the programme's organiser.",
        _read_address,
    ),
    Setting(
        "state_folder",
        "path",
        None,
        "/var/lib/convene",
        "The folder of a small file by which it is noticed that the database was put back from a copy: it must not be "
        "part of that copy. Without it the file lies beside an SQLite database, else in the current folder.",
        Path,
    ),
    Setting(
        "now",
        "moment in UTC",
        None,
        "2020-01-19T10:00:00Z",
        "A frozen clock for tests and rehearsals.",
        _read_moment,
        in_file=False,
    ),
)


def example_toml() -> str:
    """The text of config/convene.example.toml: every setting of the table, commented out, with its default."""
    head = (
        "# The settings of convene. Copy this file to config/convene.toml, or name yours in CONVENE_CONFIG.\n"
        "# A variable of the environment wins over its line here. Made from src/convene/settings_table.py, by\n"
        "# `make example`.\n"
    )
    return head + "".join(_lines(setting) for setting in SETTINGS if setting.in_file)


def first_toml(secret_key: str) -> str:
    """The text of a new settings file: the same, with a secret key that counts from now on."""
    head = (
        "# The settings of convene. A line counts once the # before it is gone; a variable of the environment wins\n"
        "# over it. `convene doctor` says what is missing.\n"
    )
    return head + "".join(
        _lines(setting, secret_key if setting.key == "secret_key" else None) for setting in SETTINGS if setting.in_file
    )


def _lines(setting: Setting, value: str | None = None) -> str:
    """A setting with what it means; its line is a comment unless there is a `value`."""
    sentence = fill(setting.sentence, 112, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)
    default = f"default {setting.default}" if setting.default else "not set by default"
    shown = value or setting.default or setting.example
    facts = f"# {setting.unit}; {default}; {setting.variable} in the environment."
    written = shown if shown.isdecimal() else f'"{shown}"'
    return f"\n{sentence}\n{facts}\n{'' if value else '#'}{setting.key} = {written}\n"
