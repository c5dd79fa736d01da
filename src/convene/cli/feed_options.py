"""Which calendar a feed command is about: its subject, its language, and how its entries are shown."""

from typing import Annotated

import typer

from convene.cli.language_word import written_in
from convene.errors import UsageError
from convene.programme_file.reading.country_names import written_country
from convene.programme_file.reading.mail_address import mail_address
from convene.usecases.feeds.publish_feed import FeedSubject

_MOST_MINUTES = 4 * 7 * 24 * 60

EventOption = Annotated[str | None, typer.Option("--event", metavar="EVENT", help="event, or programme/event")]
ProgrammeOption = Annotated[str | None, typer.Option("--programme", metavar="PROGRAMME", help="The id of a programme.")]
PersonOption = Annotated[str | None, typer.Option("--person", metavar="ADDRESS", help="The address of a person.")]
CountryOption = Annotated[
    str | None, typer.Option("--country", metavar="COUNTRY", help="A country, such as KH or Cambodia.")
]
LanguageOption = Annotated[
    str | None, typer.Option("--language", metavar="LANGUAGE", help="A language, such as km or Khmer.")
]
PeopleOption = Annotated[
    bool, typer.Option("--people", help="With --event or --programme: of each person's own calendar.")
]
OneBarOption = Annotated[
    bool, typer.Option("--one-bar", help="One entry for all days of an event, instead of one per day.")
]
AlarmOption = Annotated[
    int | None,
    typer.Option("--alarm", metavar="MINUTES", min=1, max=_MOST_MINUTES, help="An alarm before each entry."),
]


def chosen_subject(event: str | None, programme: str | None, person: str | None, country: str | None) -> FeedSubject:
    """What the feed is about. Raises UsageError unless exactly one is given, WrittenValueError for what is none."""
    if sum(value is not None for value in (event, programme, person, country)) != 1:
        raise UsageError("A feed is about one thing.", "give one of --event, --programme, --person, --country")
    return FeedSubject(
        mail_address(person) if person is not None else None,
        event,
        programme,
        written_country(country) if country is not None else None,
    )


def chosen_language(language: str | None) -> str | None:
    """The code of a language that feeds can be written in. Raises UsageError for an unknown one."""
    return None if language is None else written_in(language)
