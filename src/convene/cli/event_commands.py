"""`convene event list | show`, and the way to the commands that change events."""

from typing import Annotated, Any

import typer

from convene.cli.command_group import command_group
from convene.cli.event_change_commands import add_commands
from convene.cli.event_lines import event_lines
from convene.cli.opening import clock, opened, settings
from convene.cli.stored_warnings import say_warnings
from convene.cli.tables import print_json, print_table, say
from convene.rules.weekdays import written_date
from convene.store.programme_rows import programme_named
from convene.usecases.events.list_events import EventView, list_events
from convene.usecases.events.show_event import show_event

app = command_group("List, show, add, edit, move, postpone and cancel events.")

_Name = Annotated[str, typer.Argument(metavar="EVENT", help="event, or programme/event", show_default=False)]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def command(_: str) -> Any:
    return typer.main.get_command(app)


@app.command("list")
def list_command(
    programme: Annotated[
        str | None, typer.Option("--programme", metavar="PROGRAMME", help="Only this programme.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """All events by their first day."""
    chosen = settings()
    with opened(chosen) as database, database.reading() as session:
        if programme is not None:
            programme_named(session, programme)
        views = list_events(session, programme, clock(chosen).now())
        say_warnings(session, clock(chosen).now())
    if as_json:
        print_json("events", [view.as_json() for view in views])
        return
    rows = [(view.name, _dates(view), view.status, str(view.people), view.title) for view in views]
    print_table(("event", "when", "status", "people", "title"), rows, right=("people",))
    if not views:
        say("There are no events yet: convene apply FILE brings some.")


@app.command("show")
def show_command(event: _Name, as_json: _Json = False) -> None:
    """One event: its days, its people, what each rule comes to, and what is not sent and why."""
    chosen = settings()
    with opened(chosen) as database, database.reading() as session:
        shown = show_event(session, event, clock(chosen).now())
    if as_json:
        print_json("event", shown.as_json())
        return
    for line in event_lines(shown):
        print(line)


def _dates(view: EventView) -> str:
    days = view.brief.facts.days
    if not days:
        return "not decided"
    first, last = days[0].on, max(day.last_date for day in days)
    return written_date(first) + (f" to {written_date(last)}" if last != first else "")


add_commands(app)
