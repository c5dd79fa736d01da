"""`convene feed export | link`."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from convene.cli.language_word import written_in
from convene.cli.opening import clock, opened, settings
from convene.cli.tables import print_json
from convene.errors import UsageError
from convene.usecases.link_feed import feed_token
from convene.usecases.publish_feed import FeedSubject, publish_feed

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="Write calendars, and print their addresses.",
)

_Event = Annotated[str | None, typer.Option("--event", help="event, or programme/event")]
_Programme = Annotated[str | None, typer.Option("--programme", help="The id of a programme.")]
_Person = Annotated[str | None, typer.Option("--person", help="The address of a person.")]
_Country = Annotated[str | None, typer.Option("--country", help="A country code, such as KH.")]
_Language = Annotated[str | None, typer.Option("--language", help="A language, such as km or Khmer.")]


def command(_: str) -> Any:
    return typer.main.get_command(app)


@app.command("export")
def export_command(
    event: _Event = None,
    programme: _Programme = None,
    person: _Person = None,
    country: _Country = None,
    language: _Language = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A file; else stdout.")] = None,
) -> None:
    """Write one calendar as iCalendar text."""
    subject = _subject(event, programme, person, country)
    with opened(settings()) as database, database.reading() as session:
        feed = publish_feed(session, subject, language and written_in(language))
    if output is None:
        sys.stdout.buffer.write(feed.body)
    else:
        output.write_bytes(feed.body)


@app.command("link")
def link_command(
    event: _Event = None,
    programme: _Programme = None,
    person: _Person = None,
    country: _Country = None,
    language: _Language = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the secret address of one calendar: for a browser, and for a calendar program (webcal)."""
    subject = _subject(event, programme, person, country)
    chosen = settings()
    keys = [key.encode() for key in chosen.secret_keys]
    with opened(chosen) as database, database.writing() as session:
        token = feed_token(session, subject, language and written_in(language), keys, clock(chosen).now())
    address = f"{chosen.base_url.rstrip('/')}/feed/{token}.ics"
    webcal = "webcal://" + address.partition("://")[2]
    if as_json:
        print_json("links", [{"url": address, "webcal": webcal}])
    else:
        print(f"{address}\n{webcal}")


def _subject(event: str | None, programme: str | None, person: str | None, country: str | None) -> FeedSubject:
    if sum(value is not None for value in (event, programme, person, country)) != 1:
        raise UsageError("A feed is about one thing.", "give one of --event, --programme, --person, --country")
    return FeedSubject(person and person.casefold(), event, programme, country and country.upper())
