"""`config show`: what is in force, where it comes from, and no secret."""

import pytest
from tests.cli.terminal import Terminal

from convene.settings_table import SETTINGS


def shown(convene: Terminal, **settings: str) -> dict[str, tuple[str | None, str]]:
    rows = convene("config", "show", "--json", **settings).json("settings")
    return {row["key"]: (row["value"], row["source"]) for row in rows}


def test_every_setting_is_shown_with_its_source(convene: Terminal) -> None:
    convene.settings.clear()
    (convene.folder / "ours.toml").write_text('base_url = "https://convene.example"\nsmtp_rate = 100\n')

    values = shown(convene, CONFIG="ours.toml", MAIL_FROM="events@organiser.example")

    assert list(values) == [setting.key for setting in SETTINGS]
    assert values == {
        "database_url": ("sqlite:///convene.db", "the default"),
        "smtp_url": ("smtp://localhost:25", "the default"),
        "smtp_connections": ("4", "the default"),
        "smtp_rate": ("100", "ours.toml"),
        "base_url": ("https://convene.example", "ours.toml"),
        "secret_key": (None, "the default"),
        "mail_from": ("events@organiser.example", "the environment"),
        "state_folder": (".", "the default"),
        "trusted_proxies": (None, "the default"),
        "now": (None, "the default"),
    }


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("SECRET_KEY", "s3cret", "***"),
        ("SECRET_KEY", "s3cret s3cret-too", "*** ***"),
        (
            "DATABASE_URL",
            "postgresql://us3r:s3cret@db.example:5432/convene",
            "postgresql://***@db.example:5432/convene",
        ),
        (
            "DATABASE_URL",
            "postgresql://us3r:s3cret@or/s3cret@db.example/convene",
            "postgresql://***@db.example/convene",
        ),
        ("DATABASE_URL", "postgresql://db.example/convene?password=s3cret", "postgresql://db.example/convene"),
        ("DATABASE_URL", "postgresql://localhost/convene", "postgresql://localhost/convene"),
        ("DATABASE_URL", "sqlite:///a@b/convene.db", "sqlite:///a@b/convene.db"),
        ("SMTP_URL", "smtps://us3r:s3cret@mail.example", "smtps://***@mail.example:465"),
        ("SMTP_URL", "smtp://us3r:s3cret@mail.example:587", "smtp://***@mail.example:587"),
        ("SMTP_URL", "smtp://[::1]:25", "smtp://[::1]:25"),
    ],
)
def test_users_passwords_and_keys_are_masked(convene: Terminal, key: str, text: str, value: str) -> None:
    settings = {key: text, "NOW": ""}

    values = shown(convene, **settings)
    table = convene("config", "show", **settings)

    assert values[key.lower()] == (value, "the environment")
    assert value in table.out
    assert not any(secret in table.out + table.err for secret in ("s3cret", "us3r"))


def test_settings_that_cannot_be_used_are_said_and_end_1(convene: Terminal) -> None:
    answer = convene("config", "show", BASE_URL="ftp://x")

    assert (answer.code, answer.out) == (1, "")
    assert "CONVENE_BASE_URL" in answer.err
