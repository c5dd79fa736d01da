"""Settings: where a value comes from, what is refused, and with which words."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from convene.errors import ContentError, ConveneError, Problem
from convene.resources import resource_folder
from convene.settings import load_settings
from convene.settings_table import SETTINGS, example_toml


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    return tmp_path / "convene.toml"


def _refused(environ: dict[str, str], config_file: Path | None = None) -> list[Problem]:
    with pytest.raises(ContentError) as refusal:
        load_settings(environ, config_file)
    return refusal.value.problems


@pytest.fixture(autouse=True)
def _an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_a_file_and_without_variables_the_defaults_hold() -> None:
    settings = load_settings({})

    assert settings.database_url == "sqlite:///convene.db"
    assert (settings.smtp.host, settings.smtp.port) == ("localhost", 25)
    assert (settings.smtp_connections, settings.smtp_rate) == (4, None)
    assert settings.base_url == "http://localhost:8000"
    assert settings.secret_keys == ()
    assert settings.mail_from is None
    assert settings.now is None
    assert set(settings.source.values()) == {"the default"}


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(config_file: Path) -> None:
    config_file.write_text('base_url = "https://file.example"\nmail_from = "file@organiser.example"\n')

    settings = load_settings({"CONVENE_BASE_URL": "https://environment.example"}, config_file)

    assert settings.base_url == "https://environment.example"
    assert settings.mail_from == "file@organiser.example"
    assert settings.source["base_url"] == "the environment"
    assert settings.source["mail_from"] == str(config_file)
    assert settings.source["smtp_url"] == "the default"


def test_the_file_in_the_folder_config_is_read_without_being_named(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/convene.toml").write_text('base_url = "https://found.example"\n')

    assert load_settings({}).base_url == "https://found.example"


def test_convene_config_names_another_file(config_file: Path) -> None:
    config_file.write_text('base_url = "https://named.example"\n')

    assert load_settings({"CONVENE_CONFIG": str(config_file)}).base_url == "https://named.example"


def test_a_named_file_that_is_missing_is_an_error() -> None:
    with pytest.raises(ConveneError, match=r"missing\.toml cannot be read") as refusal:
        load_settings({"CONVENE_CONFIG": "missing.toml"})

    assert "CONVENE_CONFIG" in refusal.value.remedy


@pytest.mark.parametrize("content", [b"base_url = https://no-quotes.example\n", b'base_url = "\xff"\n'])
def test_a_file_that_is_no_toml_in_utf8_is_an_error(config_file: Path, content: bytes) -> None:
    config_file.write_bytes(content)

    with pytest.raises(ConveneError, match="is not TOML in UTF-8"):
        load_settings({}, config_file)


def test_an_empty_variable_counts_as_not_set(config_file: Path) -> None:
    config_file.write_text('mail_from = "file@organiser.example"\n')

    assert load_settings({"CONVENE_MAIL_FROM": ""}, config_file).mail_from == "file@organiser.example"


def test_an_unknown_key_is_refused_with_its_line_and_the_nearest_key(config_file: Path) -> None:
    config_file.write_text('# ours\nbaseurl = "https://convene.example"\n')

    assert _refused({}, config_file) == [
        Problem(str(config_file), 2, 0, "baseurl", "there is no such setting", "did you mean base_url?")
    ]


def test_a_misspelt_variable_is_refused_with_the_nearest_name() -> None:
    assert _refused({"CONVENE_DATABSE_URL": "sqlite:///x.db"}) == [
        Problem(
            "the environment",
            0,
            0,
            "CONVENE_DATABSE_URL",
            "there is no such setting",
            "did you mean CONVENE_DATABASE_URL?",
        )
    ]


@pytest.mark.parametrize("name", ["CONVENE_PORT", "CONVENE_SERVICE_HOST", "CONVENE_PORT_8000_TCP_ADDR"])
def test_what_kubernetes_adds_beside_a_service_called_convene_is_let_be(name: str) -> None:
    assert load_settings({name: "10.0.0.1"}).base_url == "http://localhost:8000"


def test_all_faults_are_told_at_once(config_file: Path) -> None:
    config_file.write_text('base_url = 8000\ncolour = "red"\n')

    problems = _refused({"CONVENE_SMTP_URL": "mail.example", "CONVENE_NOW": "yesterday"}, config_file)

    assert [problem.where for problem in problems] == ["base_url", "colour", "CONVENE_NOW", "CONVENE_SMTP_URL"]


@pytest.mark.parametrize(
    ("variable", "text", "what"),
    [
        ("CONVENE_DATABASE_URL", "postgres://localhost/convene", "neither sqlite:/// nor postgresql://"),
        ("CONVENE_BASE_URL", "convene.example", "begins with http:// or https://"),
        ("CONVENE_BASE_URL", "https://convene.example/?a=b", "more than a host, a port and a path"),
        ("CONVENE_BASE_URL", "https://ខ្មែរ.example", "a host of another script is written as xn--"),
        ("CONVENE_BASE_URL", "https://convene.example/our events", "holds what no link may"),
        ("CONVENE_BASE_URL", f"https://convene.example/{'e' * 800}", "too long"),
        ("CONVENE_SECRET_KEY", "one two three", "it holds 3 values"),
        ("CONVENE_MAIL_FROM", "JILAF <sgra@jilaf.example>", "not a plain mail address"),
        ("CONVENE_MAIL_FROM", "sgra@jilaf.example.", "not a plain mail address"),
        ("CONVENE_MAIL_FROM", "sgra@bücher.example", "outside ASCII"),
        ("CONVENE_MAIL_FROM", "ចៅ@jilaf.example", "outside ASCII"),
        ("CONVENE_MAIL_FROM", "sgra@jilaf.example\r\nBcc: all@jilaf.example", "not a plain mail address"),
        ("CONVENE_SMTP_CONNECTIONS", "0", "not a whole number from 1 to 20"),
        ("CONVENE_SMTP_CONNECTIONS", "21", "not a whole number from 1 to 20"),
        ("CONVENE_SMTP_CONNECTIONS", "-4", "not a whole number from 1 to 20"),
        ("CONVENE_SMTP_RATE", "0", "not a whole number from 1 on"),
        ("CONVENE_SMTP_RATE", "1.5", "not a whole number from 1 on"),
        ("CONVENE_NOW", "2020-01-19T10:00:00+07:00", "not a moment in UTC"),
        ("CONVENE_NOW", "2020-02-30T10:00:00Z", "not a moment in UTC"),
    ],
)
def test_a_value_that_cannot_be_used_names_its_variable_and_what_to_write(variable: str, text: str, what: str) -> None:
    [problem] = _refused({variable: text})

    assert (problem.file, problem.where) == ("the environment", variable)
    assert what in problem.what
    assert problem.remedy.startswith("write for example ")


def test_a_base_address_begins_as_links_in_headers_do_however_it_is_written() -> None:
    assert (
        load_settings({"CONVENE_BASE_URL": "HTTPS://convene.example/events/"}).base_url
        == "https://convene.example/events"
    )


@pytest.mark.parametrize("text", ["first second", "first,second", " first,  second "])
def test_a_secret_key_may_hold_two_values_and_the_first_signs(text: str) -> None:
    assert load_settings({"CONVENE_SECRET_KEY": text}).secret_keys == ("first", "second")


def test_the_slash_at_the_end_of_the_base_url_is_dropped() -> None:
    assert load_settings({"CONVENE_BASE_URL": "https://convene.example/"}).base_url == "https://convene.example"


def test_no_secret_shows_when_settings_are_printed() -> None:
    settings = load_settings(
        {
            "CONVENE_SECRET_KEY": "s3cret",
            "CONVENE_DATABASE_URL": "postgresql://convene:s3cret@localhost/convene",
            "CONVENE_SMTP_URL": "smtps://user:s3cret@mail.example",
        }
    )

    assert settings.smtp.password == "s3cret"
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("CONVENE_SMTP_URL", "smtps://user:s3cret/s3cret@mail.example"),
        ("CONVENE_SMTP_URL", "smtps://user:s3cret@mail.example:999999"),
        ("CONVENE_SMTP_URL", "smtps://user:s3cret[@mail.example"),
        ("CONVENE_DATABASE_URL", "postgres://convene:s3cret@localhost/convene"),
        ("CONVENE_SECRET_KEY", "s3cret s3cret s3cret"),
    ],
)
def test_no_secret_shows_in_a_refusal(variable: str, text: str) -> None:
    assert "s3cret" not in repr(_refused({variable: text}))


def test_a_number_is_written_with_or_without_quotes(config_file: Path) -> None:
    config_file.write_text('smtp_connections = 8\nsmtp_rate = "100"\n')

    settings = load_settings({}, config_file)

    assert (settings.smtp_connections, settings.smtp_rate) == (8, 100)


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({}, "."),
        ({"CONVENE_DATABASE_URL": "sqlite:///data/convene.db"}, "data"),
        ({"CONVENE_DATABASE_URL": "sqlite:////var/lib/convene.db"}, "/var/lib"),
        ({"CONVENE_DATABASE_URL": "postgresql://localhost/convene"}, "."),
        ({"CONVENE_DATABASE_URL": "sqlite:///data/convene.db", "CONVENE_STATE_FOLDER": "/state"}, "/state"),
    ],
)
def test_the_state_folder_is_beside_an_sqlite_database_unless_it_is_named(environ: dict[str, str], folder: str) -> None:
    assert load_settings(environ).state_folder == Path(folder)


def test_a_frozen_clock_is_a_moment_in_utc() -> None:
    settings = load_settings({"CONVENE_NOW": "2020-01-19T10:00:00Z"})

    assert settings.now == datetime(2020, 1, 19, 10, tzinfo=UTC)


def test_a_frozen_clock_is_refused_with_an_smtp_server_off_loopback() -> None:
    [problem] = _refused({"CONVENE_NOW": "2020-01-19T10:00:00Z", "CONVENE_SMTP_URL": "smtps://u:p@mail.example"})

    assert problem.where == "CONVENE_NOW"
    assert problem.what == "the clock is frozen, but the SMTP server is not on this machine"


def test_a_frozen_clock_has_no_place_in_the_file(config_file: Path) -> None:
    config_file.write_text('now = "2020-01-19T10:00:00Z"\n')

    assert [problem.where for problem in _refused({}, config_file)] == ["now"]


def test_the_shipped_example_is_what_the_table_says() -> None:
    shipped = (resource_folder("config") / "convene.example.toml").read_text("utf-8")

    assert shipped == example_toml(), "run: make example"


def test_the_example_with_its_lines_uncommented_is_a_file_that_loads(config_file: Path) -> None:
    lines = example_toml().splitlines()
    config_file.write_text("\n".join(line.removeprefix("#") for line in lines if line[:1] == "#" and line[1:2] != " "))

    settings = load_settings({}, config_file)

    in_file = [setting.key for setting in SETTINGS if setting.in_file]
    assert [settings.source[key] for key in in_file] == [str(config_file)] * len(in_file)
    assert settings.base_url == "http://localhost:8000"
