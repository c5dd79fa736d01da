"""The options of `convene event add` and `event edit`: one for each key that the file has for an event."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

_One = str | None
_Many = list[str] | None


def _option(name: str, metavar: str, text: str) -> Any:
    return typer.Option(name, metavar=metavar, help=text, show_default=False)


Kind = Annotated[_One, _option("--kind", "KIND", "meeting, seminar, webinar ... Not needed with a series.")]
Title = Annotated[
    _Many, _option("--title", "TEXT", 'In the programme\'s language, or in another: km="...". Repeatable.')
]
ShortTitle = Annotated[_Many, _option("--short-title", "TEXT", "As --title.")]
Description = Annotated[_Many, _option("--description", "TEXT", "As --title, also of several lines.")]
Status = Annotated[_One, _option("--status", "STATUS", "draft, confirmed, postponed or cancelled.")]
Reason = Annotated[_Many, _option("--reason", "TEXT", "Why, told with the status. As --title.")]
Series = Annotated[_One, _option("--series", "ID", "One of the programme's series.")]
Number = Annotated[_One, _option("--number", "N", "Its number in the series; never one that people know another by.")]
Cohort = Annotated[_One, _option("--cohort", "TEXT", "The team that it is for.")]
SameAs = Annotated[_One, _option("--same-as", "EVENT", "Go through the days of that event; needs --starts.")]
Starts = Annotated[_One, _option("--starts", "DATE", "The first date, with --same-as.")]
PartOf = Annotated[_One, _option("--part-of", "EVENT", "The event that wraps this one.")]
Venue = Annotated[_One, _option("--venue", "ID", "One of the programme's venues.")]
Timezone = Annotated[_One, _option("--timezone", "ZONE", "Such as Asia/Phnom_Penh, for days that have none.")]
Organiser = Annotated[_One, _option("--organiser", "NAME <ADDRESS>", "Instead of the programme's.")]
Days = Annotated[_Many, _option("--day", "DAY", "A day, see above. Repeatable.")]
Due = Annotated[_One, _option("--due", "DUE", "Of a deadline, see above.")]
Capacity = Annotated[_One, _option("--capacity", "N", "How many can come.")]
Target = Annotated[_One, _option("--target", "N", '46, "over 15", "about 40" or "at most 20".')]
Invite = Annotated[_Many, _option("--invite", "WHO", 'A group or an address, or "WHO, role: speaker". Repeatable.')]
Invitations = Annotated[_Many, _option("--invitation", "RULE", '"at once", "by hand", or a rule. Repeatable.')]
Reminders = Annotated[_Many, _option("--reminder", "RULE", 'Such as "7 days before at 09:00". Repeatable.')]
FollowUps = Annotated[_Many, _option("--follow-up", "RULE", 'Such as "thanks 1 day after". Repeatable.')]
AnnouncedAs = Annotated[_One, _option("--announced-as", "TEXT", "The world-clock line as it was announced.")]
Spoken = Annotated[_Many, _option("--spoken", "LANGUAGE", "A language of the room. Repeatable.")]
Materials = Annotated[_Many, _option("--material", "MATERIAL", '"TITLE, link: https://..." Repeatable.')]
Alarms = Annotated[_Many, _option("--alarm", "RULE", 'Of calendar programs: "30 minutes before". Repeatable.')]

_KEYS = (
    "kind", "title", "short_title", "description", "status", "reason", "series", "number", "cohort", "same_as",
    "starts", "part_of", "venue", "timezone", "organiser", "days", "due", "capacity", "target", "invite",
    "invitations", "reminders", "follow_ups", "announced_as", "spoken", "materials", "alarms",
)  # fmt: skip


def written_keys(parameters: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """What was given, under the keys of the file. `parameters` are those of a command, by name."""
    given = {key: parameters[key] for key in _KEYS if parameters[key] or parameters[key] == ""}
    return {key: [value] if isinstance(value, str) else list(value) for key, value in given.items()}
