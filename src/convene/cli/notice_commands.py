"""`convene notice list | show`."""

import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from sqlmodel import Session

from convene.cli.opening import clock, opened, settings
from convene.cli.stored_warnings import say_warnings
from convene.cli.tables import print_json, print_table, say
from convene.errors import NotFoundError, UsageError
from convene.rules.notice_states import NoticeState
from convene.rules.weekdays import WeekdayError, parse_date, written_moment
from convene.store.programme_rows import person_at, programme_named
from convene.usecases.list_events import event_named
from convene.usecases.list_notices import NoticeFilter, list_notices, notice_named, sent_bytes

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True, help="List notices and show one.")


def command(_: str) -> Any:
    return typer.main.get_command(app)


@app.command("list")
def list_command(
    programme: Annotated[str | None, typer.Option("--programme", help="Only this programme.")] = None,
    event: Annotated[str | None, typer.Option("--event", help="Only this event.")] = None,
    state: Annotated[NoticeState | None, typer.Option("--state", help="Only this state.")] = None,
    person: Annotated[str | None, typer.Option("--person", help="Only this address.")] = None,
    due_before: Annotated[
        str | None, typer.Option("--due-before", help="A date or a moment: 2020-01-20, 2020-01-20T09:00:00Z.")
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
        say_warnings(session, clock(chosen).now())
    if as_json:
        print_json("notices", [view.as_json() for view in views])
        return
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
            "; ".join(part for part in (view.why, view.row.reason) if part),
        )
        for view in views
    ]
    print_table(columns, rows)
    if not views:
        say("No notice fits.")


@app.command("show")
def show_command(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key of a notice.", show_default=False)],
    eml: Annotated[bool, typer.Option("--eml", help="Print exactly the bytes that were sent.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """One notice: its story, and with --eml the mail itself."""
    with opened(settings()) as database, database.reading() as session:
        view = notice_named(session, key)
        body = sent_bytes(session, view.row)
    if eml:
        if body is None:
            raise NotFoundError(f'Nothing was sent for "{key}" (it is {view.row.state}).', "convene rehearse shows it")
        sys.stdout.buffer.write(body)
        return
    if as_json:
        print_json("notice", view.as_json())
        return
    for name, value in view.as_json().items():
        if value not in (None, [], ""):
            print(f"{name:<16} {', '.join(value) if isinstance(value, list) else value}")


def _refuse_unknown(session: Session, wanted: NoticeFilter) -> None:
    """Raises NotFoundError for a name that nobody has: a slip of the pen must not look like "no notices"."""
    if wanted.programme is not None:
        programme_named(session, wanted.programme)
    if wanted.person is not None:
        person_at(session, wanted.person)
    if wanted.event is not None:
        whole = f"{wanted.programme}/{wanted.event}" if wanted.programme and "/" not in wanted.event else wanted.event
        event_named(session, whole)


def _moment(text: str) -> datetime:
    try:
        if "T" in text:
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        day = parse_date(text)
    except (ValueError, WeekdayError) as error:
        raise UsageError(f'"{text}" is no moment.', "write 2020-01-20 or 2020-01-20T09:00:00Z") from error
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
