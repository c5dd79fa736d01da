"""`convene notice list | show`, and the way to the commands that send one again."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from shutil import get_terminal_size
from typing import Annotated, Any

import typer
from sqlmodel import Session

from convene.cli.command_group import command_group
from convene.cli.notice_change_commands import add_commands
from convene.cli.notice_lines import notice_rows, story, why
from convene.cli.opening import clock, links, opened, settings
from convene.cli.stored_warnings import say_warnings
from convene.cli.tables import print_json, print_table, say
from convene.errors import NotFoundError, UsageError
from convene.rules.notice_states import NoticeState
from convene.rules.weekdays import WeekdayError, parse_date, written_moment
from convene.settings import Settings
from convene.store.programme_rows import person_at, programme_named
from convene.usecases.delivery.foresee_overdue import foresee_overdue
from convene.usecases.delivery.preview_mail import preview_mail
from convene.usecases.events.explain_event import explain_event
from convene.usecases.events.list_events import event_named
from convene.usecases.planning.list_notices import NoticeFilter, NoticeView, list_notices, notice_named, sent_bytes

app = command_group("List notices, show one, retry it or send it as a test.")


def command(_: str) -> Any:
    return typer.main.get_command(app)


@app.command("list")
def list_command(
    programme: Annotated[
        str | None, typer.Option("--programme", metavar="PROGRAMME", help="Only this programme.")
    ] = None,
    event: Annotated[str | None, typer.Option("--event", metavar="EVENT", help="Only this event.")] = None,
    state: Annotated[NoticeState | None, typer.Option("--state", help="Only this state.")] = None,
    person: Annotated[str | None, typer.Option("--person", metavar="ADDRESS", help="Only this address.")] = None,
    due_before: Annotated[
        str | None,
        typer.Option("--due-before", metavar="DATE", help="A date or a moment: 2020-01-20, 2020-01-20T09:00:00Z."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Who gets what, when, in which language, and why then; the whole list."""
    address = person.casefold() if person else None
    wanted = NoticeFilter(programme, event, state, address, _moment(due_before) if due_before else None)
    chosen = settings()
    with opened(chosen) as database, database.reading() as session:
        _refuse_unknown(session, wanted)
        views = list_notices(session, wanted)
        not_written = _not_written(session, wanted, clock(chosen).now())
        say_warnings(session, clock(chosen).now())
    if as_json:
        print_json("notices", [view.as_json() for view in views])
        return
    if sys.stdout.isatty():
        for line in notice_rows(views, get_terminal_size().columns):
            print(line)
    else:
        _print_whole(views)
    if not views:
        say("No notice fits.")
    for line in not_written:
        say(line)


@app.command("show")
def show_command(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key of a notice.", show_default=False)],
    eml: Annotated[
        bool, typer.Option("--eml", help="Print the mail: exactly the bytes that were sent, or what would be.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """One notice: its story, and with --eml the mail itself."""
    chosen = settings()
    now = clock(chosen).now()
    with opened(chosen) as database, database.reading() as session:
        view = notice_named(session, key)
        if eml:
            _print_mail(session, view, chosen, now)
            return
    if as_json:
        print_json("notice", view.as_json())
        return
    for sentence in story(view, now):
        print(sentence)


def _print_whole(views: Sequence[NoticeView]) -> None:
    """Everything on one line for each, for a script that reads on."""
    columns = ("key", "kind", "event", "person", "language", "their clock", "zone", "state", "why")
    rows = [
        (
            view.key,
            view.cause.kind,
            view.events[0] if view.events else "",
            view.person.address,
            view.row.language,
            written_moment(view.due_local),
            view.row.timezone,
            view.row.state,
            why(view),
        )
        for view in views
    ]
    print_table(columns, rows)


def _print_mail(session: Session, view: NoticeView, chosen: Settings, now: datetime) -> None:
    """What left; of a notice that waits, what would leave, and that it has not. Raises NotFoundError for neither."""
    body = sent_bytes(session, view.row)
    if body is None:
        body = preview_mail(session, view, chosen.mail_from, links(chosen), now)
        if body is None:
            why_not = view.row.reason or view.row.last_error or ""
            raise NotFoundError(f'Nothing was sent for "{view.key}" (it is {view.row.state}).', why_not)
        when = f"{written_moment(view.due_local)} {view.row.timezone}"
        if view.row.last_error:
            say(f"What went wrong last: {view.row.last_error}")
        if view.row.due_at > now:
            say(f"Not sent yet: this is what would leave on {when}, if all stays as it is.")
        else:
            say(f"Not sent yet, and due since {when}. {foresee_overdue(session, view, now)}")
    sys.stdout.buffer.write(body)


def _not_written(session: Session, wanted: NoticeFilter, now: datetime) -> list[str]:
    """What the rules of the event that is asked for do not make, and why."""
    if wanted.event is None:
        return []
    explained = explain_event(session, *event_named(session, _whole_name(wanted)), now)
    if explained.silent:
        return [f"No rule writes anything: {explained.silent}."]
    return [
        f"Not written by the rule {rule.words}: {count}, {reason}."
        for rule in explained.rules
        for reason, count in rule.not_written.items()
    ]


def _refuse_unknown(session: Session, wanted: NoticeFilter) -> None:
    """Raises NotFoundError for a name that nobody has: a slip of the pen must not look like "no notices"."""
    if wanted.programme is not None:
        programme_named(session, wanted.programme)
    if wanted.person is not None:
        person_at(session, wanted.person)
    if wanted.event is not None:
        event_named(session, _whole_name(wanted))


def _whole_name(wanted: NoticeFilter) -> str:
    """The event that is asked for, with its programme where that is named beside it."""
    event = wanted.event or ""
    return f"{wanted.programme}/{event}" if wanted.programme and "/" not in event else event


def _moment(text: str) -> datetime:
    try:
        if "T" in text:
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        day = parse_date(text)
    except (ValueError, WeekdayError) as error:
        raise UsageError(f'"{text}" is no moment.', "write 2020-01-20 or 2020-01-20T09:00:00Z") from error
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


add_commands(app)
