"""What is said of an installation's settings, files and versions."""

from datetime import UTC, datetime

import pytest

from convene.rules.checkup import Level
from convene.rules.installation_checks import (
    check_base_url,
    check_clock,
    check_durability,
    check_privacy,
    check_python,
    check_secret_key,
    check_senders,
    check_space,
    check_zone_database,
)

LONG = "k" * 43


@pytest.mark.parametrize(
    ("version", "level"),
    [
        ((3, 11, 9), Level.WARNING),
        ((3, 11, 10), Level.OK),
        ((3, 12, 5), Level.WARNING),
        ((3, 12, 6), Level.OK),
        ((3, 13, 0), Level.OK),
        ((3, 14, 0), Level.OK),
    ],
)
def test_a_python_that_makes_headers_of_subjects_is_warned_of(version: tuple[int, int, int], level: Level) -> None:
    assert check_python(version).level is level


@pytest.mark.parametrize(
    ("stored", "here", "level"),
    [
        (None, "2026b", Level.OK),
        ("2026b", "2026b", Level.OK),
        ("2026a", "2026b", Level.OK),
        ("2026c", "2026b", Level.FAULT),
    ],
)
def test_an_older_zone_database_than_the_stored_one_is_a_fault(stored: str | None, here: str, level: Level) -> None:
    assert check_zone_database(stored, here).level is level


@pytest.mark.parametrize(
    ("keys", "level"),
    [
        ((), Level.FAULT),
        (("paste-a-long-random-text-here",), Level.FAULT),
        ((LONG, "paste-a-long-random-text-here"), Level.FAULT),
        (("k" * 31,), Level.WARNING),
        (("k" * 32,), Level.OK),
        ((LONG, "0ld!"), Level.WARNING),
        ((LONG, LONG), Level.OK),
    ],
)
def test_a_secret_key_is_there_long_and_our_own(keys: tuple[str, ...], level: Level) -> None:
    check = check_secret_key(keys)

    assert check.level is level
    assert not any(key in check.sentence + check.remedy for key in keys)


@pytest.mark.parametrize(
    ("url", "level"),
    [
        ("https://convene.example", Level.OK),
        ("http://convene.example", Level.WARNING),
        ("http://localhost:8000", Level.WARNING),
        ("https://127.0.0.1", Level.WARNING),
        ("http://[::1]:8000", Level.WARNING),
    ],
)
def test_the_base_address_is_https_and_reached_from_elsewhere(url: str, level: Level) -> None:
    check = check_base_url(url)

    assert check.level is level
    assert ("no one-click" in check.sentence) is (level is Level.WARNING)


def test_a_frozen_clock_is_warned_of() -> None:
    frozen = check_clock(datetime(2020, 1, 6, 3, 0, tzinfo=UTC))

    assert frozen is not None
    assert frozen.level is Level.WARNING
    assert check_clock(None) is None


@pytest.mark.parametrize(
    ("domains", "one_for_all", "level"),
    [
        ((), False, Level.OK),
        (("organiser.example",), False, Level.OK),
        (("organiser.example",), True, Level.OK),
        (("organiser.example", "union.example"), False, Level.WARNING),
        (("gmail.com",), True, Level.WARNING),
        (("organiser.example", "yahoo.com"), False, Level.WARNING),
    ],
)
def test_the_senders_domain_must_let_our_server_send(domains: tuple[str, ...], one_for_all: bool, level: Level) -> None:
    check = check_senders(domains, "mail.example", one_for_all=one_for_all)

    assert check.level is level


def test_what_dns_and_signature_must_hold_is_said() -> None:
    sentence = check_senders(("organiser.example",), "mail.example", one_for_all=True).sentence

    words = ("SPF", "DKIM", "DMARC", "List-Unsubscribe and List-Unsubscribe-Post", "mail.example", "organiser.example")
    assert [word for word in words if word not in sentence] == []


@pytest.mark.parametrize(
    ("mode", "level"),
    [
        (0o600, Level.OK),
        (0o400, Level.OK),
        (0o640, Level.WARNING),
        (0o660, Level.WARNING),
        (0o644, Level.FAULT),
        (0o602, Level.FAULT),
    ],
)
def test_a_private_file_is_its_owners_alone(mode: int, level: Level) -> None:
    assert check_privacy("settings file", "config/convene.toml", mode).level is level


@pytest.mark.parametrize(("mebibytes", "level"), [(2000, Level.OK), (1000, Level.WARNING), (99, Level.FAULT)])
def test_there_is_room_beside_the_database(mebibytes: int, level: Level) -> None:
    assert check_space("/var/lib/convene", mebibytes << 20).level is level


def test_much_room_is_told_in_larger_units() -> None:
    assert check_space("/var/lib/convene", 74_389 << 20).sentence == "72 GiB are free in /var/lib/convene."


def test_a_database_that_may_forget_is_a_fault_that_names_the_setting() -> None:
    wanted = {"journal_mode": "wal", "synchronous": "FULL"}

    weak = check_durability(wanted, {"journal_mode": "wal", "synchronous": "NORMAL"})

    assert check_durability(wanted, dict(wanted)).level is Level.OK
    assert (weak.level, weak.sentence.partition(":")[0]) == (Level.FAULT, "synchronous is NORMAL")
