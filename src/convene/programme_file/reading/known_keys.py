"""Every key of the programme file: what it says, what its value looks like, whether it must be there.

The one table. The reader takes the names from here and refuses all others; `programme_schema` makes the JSON Schema
for editors from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from convene.programme_file.reading import value_shapes as shapes
from convene.programme_file.reading.value_shapes import Shape, list_of, named, ref


@dataclass(frozen=True)
class Key:
    """`says` is one sentence for the coordinator; `shape` a fragment of JSON Schema."""

    says: str
    shape: Shape
    required: bool = False


Keys = Mapping[str, Key]

RULE_LISTS: Keys = {
    "reminders": Key("When reminders are due. [] means none; absent, the plan of the kind.", shapes.REMINDERS),
    "follow_ups": Key("When thanks, action plans and progress are asked for. [] means none.", shapes.FOLLOW_UP_RULES),
    "invitations": Key("When invitations leave: at once (default), by hand, or rules.", shapes.INVITATIONS),
}

TOP: Keys = {
    "convene": Key("The format of this file.", shapes.FORMAT, required=True),
    "programme": Key("The programme as a whole.", ref("programme"), required=True),
    "organisations": Key(
        "What people belong to, by the name that the people file uses.", named(ref("organisation"), {"minLength": 1})
    ),
    "series": Key("Bodies and courses that meet again and again.", named(ref("series"), shapes.KEY_ID)),
    "venues": Key("Places.", named(ref("venue"), shapes.KEY_ID)),
    "people": Key("People files (CSV), beside this file.", list_of(shapes.FILE_NAME)),
    "events": Key("What people attend, and what is due.", named(ref("event"), shapes.KEY_ID)),
    **RULE_LISTS,
}

PROGRAMME: Keys = {
    "id": Key("The short name that commands and addresses use; never change it.", shapes.ID, required=True),
    "title": Key("What people call the programme.", ref("text"), required=True),
    "timezone": Key("The clock of whoever has no other.", ref("zone"), required=True),
    "language": Key("Spoken where a reader's language has no text.", shapes.LANGUAGE, required=True),
    "organiser": Key("Whom people answer to.", ref("organiser"), required=True),
    "coordinators": Key("Addresses that get the daily summary of warnings.", list_of(shapes.ADDRESS)),
    "fiscal_year_starts": Key("The first day of the fiscal year.", shapes.DAY_OF_YEAR),
    "funder": Key("Who pays.", ref("text")),
    "working_days": Key("Whether mails move off weekends and holidays.", shapes.OBSERVE),
    "weekends": Key("Days off of a country where they are not the usual ones.", shapes.WEEKENDS),
    "quiet_hours": Key("Hours of the reader's clock in which no mail leaves.", shapes.QUIET_HOURS),
    "hold": Key("How long a change waits for further ones before it is mailed.", shapes.HOLD),
    "ask_above": Key("For more recipients than this the number must be typed.", shapes.WHOLE),
    "calendar": Key("Whether mails carry calendar entries, or the feed alone does.", shapes.CALENDAR),
    "privacy": Key("A page on privacy, linked at the foot of mails.", shapes.SECURE_LINK),
    "description": Key("What the programme is about.", ref("text")),
}

ORGANISER: Keys = {
    "name": Key("The name that mails come from.", shapes.LINE, required=True),
    "email": Key("The address that answers go to.", shapes.ADDRESS, required=True),
}

ORGANISATION: Keys = {
    "title": Key("Its name in full.", ref("text")),
    "language": Key("What its people read, where they say nothing else.", shapes.LANGUAGE),
    "country": Key("Where it is.", shapes.COUNTRY),
    "timezone": Key("The clock of its people, where they say nothing else.", ref("zone")),
    "side": Key("Which of the parties it stands for.", shapes.SIDE),
}

SERIES: Keys = {
    "kind": Key("The kind of its events.", shapes.KIND, required=True),
    "title": Key("The name of the body or course.", ref("text"), required=True),
    "short_title": Key("Its abbreviation.", ref("text")),
}

VENUE: Keys = {
    "title": Key("What the place is called.", ref("text"), required=True),
    "timezone": Key("The clock on its wall.", ref("zone"), required=True),
    "country": Key("Where it is: its holidays are looked up.", shapes.COUNTRY),
    "address": Key("Street and town.", ref("text")),
    "map": Key("A link to a map.", shapes.SECURE_LINK),
}

EVENT: Keys = {
    "was": Key("Its former id, when you rename it.", shapes.ID),
    "kind": Key("What kind of event it is; else that of its series.", shapes.KIND),
    "title": Key("Its name; without one, kind and series make it.", ref("text")),
    "short_title": Key("Its abbreviation.", ref("text")),
    "description": Key("What it is about.", ref("text")),
    "status": Key("confirmed, unless you say otherwise; a draft mails nobody.", shapes.STATUS),
    "reason": Key("Why it is postponed or cancelled, in the words that people will read.", ref("text")),
    "series": Key("The series that it belongs to.", shapes.ID),
    "number": Key("Its number in the series; given once and never reused.", shapes.POSITIVE),
    "cohort": Key("The team that goes through these days.", shapes.LINE),
    "same_as": Key("Another event whose days this one repeats on its own dates.", shapes.ID),
    "starts": Key("The first date, with same_as.", shapes.DATE),
    "part_of": Key("Another event that wraps this one.", shapes.ID),
    "venue": Key("Where it takes place.", shapes.ID),
    "timezone": Key("The clock that its hours are written in, where the venue has no other.", ref("zone")),
    "organiser": Key("Whom people answer to, where it is not the programme's.", ref("organiser")),
    "days": Key("One entry for each day.", list_of(ref("day")) | {"minItems": 1}),
    "due": Key("The moment of a deadline.", ref("due")),
    "capacity": Key("How many places there are.", shapes.POSITIVE),
    "target": Key("How many are meant to come; absent where it is not known.", shapes.TARGET),
    "invite": Key("Groups of the people file, or addresses.", list_of(shapes.INVITED)),
    **RULE_LISTS,
    "announced_as": Key("The hours as they were announced, checked entry by entry.", shapes.LINE),
    "spoken": Key("The languages of the room.", list_of(shapes.LANGUAGE)),
    "materials": Key("What people should read.", list_of(ref("material"))),
    "alarms": Key("Alarms of calendar programs, in hours or minutes.", shapes.ALARMS),
}

DAY: Keys = {
    "on": Key("The date, with or without its weekday; or that it is not decided yet.", shapes.DAY_ON, required=True),
    "from": Key("When it begins, on the clock of its zone; absent, no hour is printed.", shapes.TIME),
    "to": Key("When it ends; absent, no end is printed.", shapes.TIME),
    "until": Key("The last date of an on-demand window or a visit.", shapes.DATE),
    "mode": Key("How one takes part.", shapes.MODE),
    "venue": Key("Where, if not at the event's venue.", shapes.ID),
    "timezone": Key("The clock that its hours are written in.", ref("zone")),
    "link": Key("Where to join or to look.", shapes.LINK),
    "title": Key("The name of the day.", ref("text")),
    "fold": Key("Which one, where clocks go back and show the hour twice.", shapes.FOLD),
    "id": Key("Keeps a day the same when dates change; export writes it where it is needed.", shapes.ID),
}

DUE: Keys = {
    "on": Key("The date.", shapes.DATE, required=True),
    "at": Key("The hour; absent, it is until that day ends.", shapes.TIME),
    "timezone": Key("Where that day ends: reader (default), anywhere-on-earth, or a zone.", shapes.DUE_ZONE),
}

INVITED: Keys = {
    "who": Key("A group of the people file, or an address.", shapes.LINE, required=True),
    "role": Key("The role; it wins over that of the people file.", shapes.ROLE),
}

MATERIAL: Keys = {
    "title": Key("What it is.", ref("text"), required=True),
    "link": Key("Where it lies.", shapes.LINK, required=True),
}
