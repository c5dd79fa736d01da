"""Clocks that are wrong, jump, or stood still, and zones that change (F15 to F19)."""

import importlib.resources
import shutil
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.faults.scene import Scene, scenario
from tests.faults.scripted_smtp import Phase, Step, delayed
from tests.programmes import plain_text, query

MINUTE = timedelta(minutes=1)
_ZONES = ("Asia/Phnom_Penh", "Europe/Paris", "America/La_Paz", "Pacific/Auckland")
_NEWER = "2099a"


def coming_event(begins: datetime, reminder: str) -> str:
    """The lines of an event of half an hour that begins at `begins` (UTC), at a place where it is day then."""
    for name in _ZONES:
        local = begins.astimezone(ZoneInfo(name))
        if 5 <= local.hour <= 18:
            break
    hours = f"from: {local:%H:%M}, to: {local + 30 * MINUTE:%H:%M}"
    return (
        "  meeting:\n"
        "    kind: meeting\n"
        "    title: {en: Planning meeting}\n"
        f"    days: [{{on: {local:%Y-%m-%d}, {hours}, timezone: {name}}}]\n"
        f"    reminders: [{reminder}]\n"
        "    invite: [members]\n"
    )


def real_now() -> datetime:
    return datetime.now(UTC)


def queue_in_real_time(scene: Scene, mails: int, reminder_in: timedelta) -> None:
    """Invitations due half an hour ago, and a reminder due that far ahead, on the real clock."""
    now = real_now()
    scene.now = now - 30 * MINUTE
    begins = (now + reminder_in + timedelta(hours=1)).replace(second=0, microsecond=0)
    scene.queue(mails, coming_event(begins, "60 minutes before"))


def reminders(scene: Scene) -> dict[str, int]:
    """How many reminders there are of each state."""
    sql = "SELECT state, count(*) FROM notice JOIN cause ON cause.id = cause_id WHERE kind = 'reminder' GROUP BY state"
    return dict(query(scene.database, sql))


@scenario("F15", "the clocks of two workers are ten minutes ahead and behind", databases=("postgresql",))
def clocks_apart(scene: Scene) -> None:
    queue_in_real_time(scene, scene.size(12, 200), 5 * MINUTE)
    scene.server.always(Phase.AFTER_DOT, delayed(scene.scaled(30)))
    files = {"behind": -600, "ahead": 600}
    for name, seconds in files.items():
        (scene.folder / name).write_text(str(seconds))
    behind, ahead = (scene.folder / name for name in files)
    with scene.worker(now=None, ahead=behind):
        scene.server.wait_for(Step.DOT, 1)
        with scene.worker(now=None, ahead=ahead):
            scene.until_settled()
            time.sleep(1.5)  # long enough for a worker to see what it believes is due
    early = reminders(scene)
    scene.claim(set(early) == {"planned"}, f"reminders due in five minutes became {early}")
    scene.judge()


@scenario("F16", "a clock jumps ahead and back, stands in 1970, or is more than a year ahead")
def clock_jumps(scene: Scene) -> None:
    """On PostgreSQL the host's clock does not matter; on SQLite the queue pauses until somebody has looked."""
    queue_in_real_time(scene, 4, 40 * MINUTE)
    ahead = scene.folder / "ahead"
    ahead.write_text("0")
    with scene.worker(now=None, ahead=ahead) as worker:
        scene.until_settled()
        for seconds in (7_200, -3_600, 400 * 86_400):
            ahead.write_text(str(seconds))
            _held_or_unmoved(scene, f"a jump by {seconds} s")
            ahead.write_text("0")
            time.sleep(1.2)  # coming back is a jump as well
            scene.resume()
        scene.claim(worker.alive, "the worker ended")
    ahead.write_text(str(-time.time()))
    with scene.worker(now=None, ahead=ahead):
        _held_or_unmoved(scene, "a worker that starts in 1970")
    scene.resume()
    early = reminders(scene)
    scene.claim(set(early) == {"planned"}, f"reminders due in forty minutes became {early}")
    scene.judge()


def _held_or_unmoved(scene: Scene, what: str) -> None:
    if scene.kind == "sqlite":
        scene.until(lambda: bool(scene.pauses()), f"{what} did not pause the queue", 10)
    else:
        time.sleep(1.2)  # a worker looks once a second


@scenario("F17", "the host is suspended for eight hours over reminders that fall due")
def host_suspended(scene: Scene) -> None:
    event = coming_event(datetime(2020, 1, 20, 2, tzinfo=UTC), "1 day before at 09:00, 2 hours before, 1 hour before")
    scene.queue(10, event)
    mails = 0
    for wakes, expected in (
        (datetime(2020, 1, 6, 3, tzinfo=UTC), 10),  # the invitations
        (datetime(2020, 1, 19, 10, tzinfo=UTC), 10),  # eight hours after the reminder of the day before
        (datetime(2020, 1, 20, 8, tzinfo=UTC), 0),  # the event is over: two reminders fell due on its morning
    ):
        scene.now = wakes
        scene.settle()
        mails += expected
        came = len(scene.server.events(Step.KEPT))
        scene.claim(came == mails, f"{came} mails by {wakes:%d %b %H:%M}, {mails} are right")
    late = [event for event in scene.server.events(Step.KEPT)[10:] if event.recipient.startswith("participant-4@")]
    texts = [plain_text(scene.server.body(event.sha256)) for event in late]
    scene.claim(all("tomorrow" in text for text in texts), "a late reminder does not say when the meeting really is")
    missed = reminders(scene)
    scene.claim(missed == {"sent": 10, "missed": 20}, f"the reminders became {missed}")


def newer_zones(folder: Path) -> Path:
    """A host's zone files of a later release, in which clocks in Phnom Penh are two hours further ahead."""
    installed = Path(str(importlib.resources.files("tzdata")))
    package = Path(shutil.copytree(installed, folder / "tzdata", ignore=shutil.ignore_patterns("__pycache__")))
    shutil.copy(package / "zoneinfo/Asia/Tokyo", package / "zoneinfo/Asia/Phnom_Penh")
    rules = package / "zoneinfo/tzdata.zi"
    head, rest = rules.read_text("utf-8").split("\n", 1)
    rules.write_text(f"# version {_NEWER}\n{rest}", "utf-8")
    assert head.startswith("# version ")
    return folder


_PAST_AND_FUTURE = """\
  meeting:
    kind: meeting
    title: {en: Planning meeting}
    days: [{on: 2020-01-20, from: 09:00, to: 11:30}]
    invite: [members]
  before:
    kind: meeting
    title: {en: Opening meeting}
    days: [{on: 2020-01-06, from: 08:00, to: 09:00}]
    invite: [members]
"""
_DAYS = """SELECT starts_at, day.sequence FROM day JOIN event ON event.id = event_id ORDER BY starts_at"""


@scenario("F18", "a newer zone database shifts the zone of an event that lies ahead")
def zone_shifted(scene: Scene) -> None:
    scene.queue(4, _PAST_AND_FUTURE)
    scene.settle()
    told = len(scene.server.events(Step.KEPT))
    before = query(scene.database, _DAYS)
    scene.now += timedelta(days=1)
    code, said = scene.convene("worker", "--until-idle", zones=newer_zones(scene.folder / "zones"))
    scene.claim(code == 0, f"a worker with newer zones ended with {code}: {said[-300:]}")
    past, ahead = query(scene.database, _DAYS)
    scene.claim(past == before[0], f"the day that is over was touched: {before[0]} became {past}")
    scene.claim(ahead == ("2020-01-20 00:00:00.000000", before[1][1] + 1), f"the day ahead: {before[1]} became {ahead}")
    further = len(scene.server.events(Step.KEPT)) - told
    scene.claim(further == 0, f"{further} mails to people whose wall clocks say the same as before")
    warnings = query(scene.database, "SELECT sentence FROM storedwarning")
    scene.claim(len(warnings) == 1 and _NEWER in warnings[0][0], f"the organiser was told: {warnings}")
    scene.now += timedelta(days=12, hours=22)  # after the reminder of the day before, at 09:00 by the new clock
    scene.convene("worker", "--until-idle", zones=scene.folder / "zones")
    sent = query(
        scene.database,
        "SELECT person_id, cause_id, count(*) FROM notice WHERE state = 'sent' GROUP BY person_id, cause_id"
        " HAVING count(*) > 1",
    )
    identities = [
        (event.recipient, message_from_bytes(scene.server.body(event.sha256))["Subject"])
        for event in scene.server.events(Step.KEPT)
    ]
    scene.claim(not sent and len(identities) == len(set(identities)), "a reminder was sent twice")


@scenario("F19", "two hosts have different zone databases", databases=("postgresql",))
def zones_apart(scene: Scene) -> None:
    scene.queue(4)
    zones = newer_zones(scene.folder / "zones")
    scene.convene("worker", "--until-idle", zones=zones)
    before = query(scene.database, _DAYS)
    scene.now += timedelta(days=13)
    code, said = scene.convene("worker", "--until-idle")
    scene.claim(code != 0 and _NEWER in said, f"a worker with older zones ended with {code}: {said[-300:]}")
    scene.claim(query(scene.database, _DAYS) == before, "the older zones overwrote the newer ones")
    code, said = scene.convene("doctor")
    scene.claim("tzdata" in said, f"doctor does not warn of the older zones: {said[-300:]}")
    code, _ = scene.convene("worker", "--until-idle", zones=zones)
    scene.claim(code == 0, "the host with newer zones does not work on")
    scene.claim(query(scene.database, _DAYS) == before, "the moments flipped")
    scene.judge()
