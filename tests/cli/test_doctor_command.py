"""`doctor`: what it finds in a real installation, what it says to do, and that it changes nothing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.terminal import Terminal
from tests.postgresql import PostgreSql
from tests.programmes import INVITED_AT, SOKHA, write_programme
from tests.smtp_inbox import Inbox, free_port, listening_inbox

from convene.model.worker import Worker
from convene.store.database import Database, open_database
from convene.store.pauses import add_pause

KEY = "a-key-that-is-long-enough-for-all-the-tests"
HEALTHY = {"SECRET_KEY": KEY, "BASE_URL": "https://convene.example", "NOW": ""}
OF_ROWS = ("worker", "pause", "overdue", "failed", "uncertain", "no mail to", "volume", "sender", "zone database")


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with listening_inbox() as listening:
        yield listening


@pytest.fixture
def healthy(convene: Terminal, inbox: Inbox) -> Terminal:
    """An installation that is set up well; the clock is the real one."""
    convene.settings |= {**HEALTHY, "SMTP_URL": inbox.url}
    convene.database.chmod(0o600)
    return convene


@contextmanager
def opened(convene: Terminal) -> Iterator[Database]:
    database = open_database(f"sqlite:///{convene.database}")
    try:
        yield database
    finally:
        database.close()


def found(convene: Terminal, *words: str, code: int = 0, **settings: str) -> dict[str, tuple[str, str]]:
    """Level and sentence by the name of the check; of several with one name the last."""
    answer = convene("doctor", "--json", *words, **settings)
    assert answer.code == code, answer.out
    checks = answer_json(answer.out)
    assert all(set(check) == {"name", "level", "sentence", "remedy"} for check in checks)
    assert all(check["remedy"] for check in checks if check["level"] != "ok")
    return {check["name"]: (check["level"], check["sentence"]) for check in checks}


def answer_json(text: str) -> list[dict[str, str]]:
    value: dict[str, Any] = json.loads(text)
    assert value["version"] == 1
    checks: list[dict[str, str]] = value["checks"]
    return checks


def levels(checks: dict[str, tuple[str, str]], level: str) -> list[str]:
    return [name for name, (each, _) in checks.items() if each == level]


def test_an_installation_that_is_set_up_well_has_no_fault_and_lacks_a_worker(healthy: Terminal, inbox: Inbox) -> None:
    checks = found(healthy)

    assert levels(checks, "fault") == []
    assert set(levels(checks, "warning")) <= {"python", "worker"}
    assert checks["worker"] == ("warning", "None runs, and 0 mails wait.")
    assert checks["durability"] == ("ok", "journal_mode wal, synchronous FULL, foreign_keys ON.")
    assert checks["smtp"] == ("ok", f"127.0.0.1:{inbox.port} answers.")
    assert inbox.mails == []


def test_the_table_says_the_same_with_what_to_do_beneath(healthy: Terminal) -> None:
    answer = healthy("doctor", "--offline")

    lines = answer.out.splitlines()
    worker = next(number for number, line in enumerate(lines) if " worker " in line)
    assert lines[worker].split(maxsplit=2) == ["warning", "worker", "None runs, and 0 mails wait."]
    assert lines[worker + 1].strip() == "-> start one: convene worker, or convene up"
    assert answer.err.startswith("0 faults, ")


def test_a_fault_ends_1_and_warnings_end_0(healthy: Terminal) -> None:
    fine = found(healthy, "--offline", BASE_URL="http://localhost:8000")
    faulty = found(healthy, "--offline", code=1, SECRET_KEY="")

    assert "base address" in levels(fine, "warning")
    assert levels(faulty, "fault") == ["secret key"]


def test_it_changes_nothing_and_makes_nothing(healthy: Terminal) -> None:
    before = healthy.rows()
    files = sorted(path.name for path in healthy.folder.iterdir())

    found(healthy, "--offline")
    missing = found(healthy, "--offline", DATABASE_URL="sqlite:///other.db")

    assert healthy.rows() == before
    assert missing["database"] == ("warning", "other.db does not exist yet.")
    assert {path.name for path in healthy.folder.iterdir()} - {"convene.db-wal", "convene.db-shm"} == set(files)


def test_settings_that_cannot_be_read_are_all_it_says(convene: Terminal) -> None:
    (convene.folder / "broken.toml").write_text('base_url = "ftp://x"\nsmtp_rate = "many"\n')

    answer = convene("doctor", "--json", CONFIG="broken.toml")

    assert answer.code == 1
    assert [check["sentence"].partition(":")[0] for check in answer_json(answer.out)] == [
        "base_url (broken.toml",
        "smtp_rate (broken.toml",
    ]
    assert "Traceback" not in answer.err


def test_a_settings_file_that_is_missing_is_a_fault(convene: Terminal) -> None:
    assert found(convene, code=1, CONFIG="missing.toml")["settings"][0] == "fault"


def test_a_database_that_lacks_a_table_is_a_fault_without_a_stack_trace(healthy: Terminal) -> None:
    with opened(healthy) as database, database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE pause")

    assert found(healthy, "--offline", code=1)["database"] == ("fault", "It cannot be read: OperationalError.")


def test_a_row_with_what_is_no_moment_is_a_fault_without_a_stack_trace(healthy: Terminal) -> None:
    write_programme(healthy.folder)
    assert healthy("apply", "small.yaml", "--yes", NOW="2020-01-06T03:00:00Z").code == 0
    with opened(healthy) as database, database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE notice SET due_at = 'tomorrow'")

    assert found(healthy, "--offline", code=1)["database"] == ("fault", "It cannot be read: ValueError.")


@pytest.mark.parametrize(("mode", "level"), [(0o600, "ok"), (0o640, "warning"), (0o644, "fault")])
def test_a_settings_file_with_a_secret_and_a_database_are_their_owners_alone(
    healthy: Terminal, mode: int, level: str
) -> None:
    config = healthy.folder / "convene.toml"
    config.write_text(f'secret_key = "{KEY}"\n')
    config.chmod(mode)
    healthy.database.chmod(mode)

    answer = healthy("doctor", "--json", "--offline", CONFIG="convene.toml", SECRET_KEY="")

    checks = {check["sentence"].split()[0]: check for check in answer_json(answer.out)}
    assert [checks[name]["level"] for name in ("convene.toml", "convene.db")] == [level, level]
    assert answer.code == (1 if level == "fault" else 0)
    assert KEY not in answer.out + answer.err


def test_a_settings_file_without_a_secret_may_be_read_by_all(healthy: Terminal) -> None:
    (healthy.folder / "open.toml").write_text('base_url = "https://convene.example"\n')

    assert "settings file" not in found(healthy, "--offline", CONFIG="open.toml")


@pytest.mark.parametrize("fault", ["a letter", "no folder", "no server"])
def test_a_database_that_cannot_be_opened_is_a_fault(healthy: Terminal, fault: str) -> None:
    (healthy.folder / "letter.db").write_text("Dear members,\n" * 100)
    server = f"postgresql://convene:pa55word@127.0.0.1:{free_port()}/convene"
    url = {"a letter": "sqlite:///letter.db", "no folder": "sqlite:///no/such/folder.db", "no server": server}[fault]

    answer = healthy("doctor", "--offline", DATABASE_URL=url, STATE_FOLDER=".")

    assert answer.code == 1
    assert [line.split()[:2] for line in answer.out.splitlines() if line.startswith("fault")] == [["fault", "database"]]
    assert "pa55word" not in answer.out + answer.err
    assert "Traceback" not in answer.err


def test_a_database_of_a_newer_convene_is_a_fault(healthy: Terminal) -> None:
    with opened(healthy) as database, database.writing() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    level, sentence = found(healthy, "--offline", code=1)["database"]

    assert (level, "newer convene" in sentence) == ("fault", True)


def test_a_server_that_cannot_be_reached_is_a_fault_unless_it_is_left_out(healthy: Terminal) -> None:
    away = f"smtp://127.0.0.1:{free_port()}"

    assert levels(found(healthy, code=1, SMTP_URL=away), "fault") == ["smtp"]
    assert levels(found(healthy, "--offline", SMTP_URL=away), "fault") == []


def test_a_login_that_is_refused_is_a_fault_without_user_and_password(healthy: Terminal) -> None:
    with listening_inbox(login=("me", "right")) as strict:
        url = f"smtp://user-name:pa55word@127.0.0.1:{strict.port}"
        answer = healthy("doctor", SMTP_URL=url)

    assert answer.code == 1
    assert "The server did not let us in: 535" in answer.out
    assert not {"user-name", "pa55word"} & set(answer.out.split())
    assert "pa55word" not in answer.out + answer.err


@pytest.fixture
def applied(healthy: Terminal) -> Terminal:
    """Two invitations are due since 2020; the clock is the real one, and nobody sends."""
    write_programme(healthy.folder)
    assert healthy("apply", "small.yaml", "--yes", NOW="2020-01-06T03:00:00Z").code == 0
    return healthy


def test_mail_that_is_due_while_no_worker_runs_is_a_fault_and_overdue(applied: Terminal) -> None:
    checks = found(applied, "--offline", code=1, NOW="2020-01-06T04:00:00Z")

    assert checks["worker"] == ("fault", "None runs, and 8 mails wait.")
    assert checks["overdue"] == ("warning", "2 mails should have left, the first at Mon 2020-01-06 03:00 UTC.")
    assert checks["sender"][1].startswith("From and envelope are of organiser.example.")
    assert checks["clock"][0] == "warning"


def test_a_worker_that_looks_is_seen_and_one_that_stopped_looking_is_a_fault(applied: Terminal) -> None:
    looked_at, lease = INVITED_AT + timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1)
    with opened(applied) as database:
        with database.writing() as session:
            session.add(Worker(host="here", pid=1, started_at=looked_at, lease_until=lease, swept_at=looked_at))
        looking = found(applied, "--offline", NOW="2020-01-06T04:00:00Z")
        with database.writing() as session:
            session.connection().exec_driver_sql("UPDATE worker SET swept_at = '2020-01-06 03:00:00.000000'")
        stuck = found(applied, "--offline", code=1, NOW="2020-01-06T04:00:00Z")

    assert looking["worker"] == ("ok", "One runs; the last look for what is due was 0 s ago.")
    assert stuck["worker"][0] == "fault"


def test_a_pause_of_everything_is_a_fault_and_one_of_a_programme_a_warning(applied: Terminal) -> None:
    applied("pause", "small")
    one = found(applied, "--offline", code=1, NOW="2020-01-06T03:00:00Z", SECRET_KEY="")
    with opened(applied) as database, database.writing() as session:
        add_pause(session, "550 sender office@organiser.example refused", INVITED_AT)

    answer = applied("doctor", "--offline", NOW="2020-01-06T03:00:00Z")

    assert one["pause"][0] == "warning"
    assert answer.code == 1
    assert "Sending is paused since Mon 2020-01-06 03:00 UTC: 550 sender (address) refused." in answer.out
    assert "office@organiser.example" not in answer.out + answer.err


def test_what_failed_what_is_uncertain_and_who_gets_no_mail_is_counted_without_names(applied: Terminal) -> None:
    with opened(applied) as database, database.writing() as session:
        for statement in (
            "UPDATE notice SET state = 'failed' WHERE id = 1",
            "UPDATE notice SET state = 'uncertain', uncertain = true WHERE id = 2",
            f"UPDATE person SET refused_at = '2020-01-06 03:00:00.000000' WHERE address = '{SOKHA}'",
        ):
            session.connection().exec_driver_sql(statement)

    answer = applied("doctor", "--offline", NOW="2020-01-06T03:00:00Z")

    lines = [line.split(maxsplit=1)[1] for line in answer.out.splitlines() if line.startswith("warning")]
    [failed] = applied("notice", "list", "--state", "failed", "--json").json("notices")
    assert any(
        line.startswith("failed") and f"1 mail failed, or could not be built: {failed['key']}." in line
        for line in lines
    )
    assert f"convene notice retry {failed['key']}" in answer.out
    assert any(line.startswith("uncertain") and "1 mail:" in line for line in lines)
    assert any(line.startswith("no mail to") and "1 has an address" in line for line in lines)
    assert SOKHA not in answer.out


def test_a_server_that_takes_no_writes_is_a_fault_and_a_command_says_so(
    healthy: Terminal, postgresql: PostgreSql
) -> None:
    """As a standby with which a failover left us."""
    write_programme(healthy.folder)
    with postgresql.bare_database() as url:
        open_database(url).close()
        with postgresql.taking_no_writes(url):
            checks = healthy("doctor", "--json", "--offline", DATABASE_URL=url)
            applied = healthy("apply", "small.yaml", "--yes", DATABASE_URL=url)

    sentence = "The database takes no writes: its server is a standby, or was set to read only."
    assert ("fault", sentence) in [(check["level"], check["sentence"]) for check in answer_json(checks.out)]
    assert {check["name"] for check in answer_json(checks.out)} >= set(OF_ROWS)
    assert (applied.code, applied.err.splitlines()[-2]) == (1, sentence)


def test_postgresql_is_looked_at_as_well(healthy: Terminal, postgresql: PostgreSql, tmp_path: Path) -> None:
    with postgresql.bare_database() as url:
        empty = healthy("doctor", "--json", "--offline", DATABASE_URL=url)
        open_database(url).close()
        answer = healthy("doctor", "--json", "--offline", DATABASE_URL=url)

    before, after = ({check["name"]: check for check in answer_json(each.out)} for each in (empty, answer))
    assert before["database"]["level"] == "warning"
    assert after["database"]["sentence"] == "PostgreSQL opens, its schema is current."
    assert {"fsync", "synchronous_commit"} <= set(after["durability"]["sentence"].replace(",", "").split())
    assert [name for name in OF_ROWS if name not in after] == []
