"""The sections beside the events: `programme`, `organisations`, `series`, `venues`."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from convene.programme_file.document import OrganisationEntry, ProgrammeEntry, SeriesEntry, VenueEntry
from convene.programme_file.reading.coordinator_texts import clean_line, read_text
from convene.programme_file.reading.country_names import written_country
from convene.programme_file.reading.fields import Fields, read_key, read_list
from convene.programme_file.reading.findings import Findings
from convene.programme_file.reading.known_keys import ORGANISER, PROGRAMME
from convene.programme_file.reading.language_names import spoken_language
from convene.programme_file.reading.mail_address import mail_address
from convene.programme_file.reading.written_dates import fiscal_year_start, hold_minutes, quiet_hours, weekday
from convene.programme_file.reading.written_values import (
    one_of,
    one_of_words,
    secure_link,
    slug,
    whole_number,
    zone_name,
)
from convene.programme_file.reading.yaml_nodes import Node, Table
from convene.rules.facts import Organiser
from convene.rules.vocabulary import EventKind, Side

# What stands in for a value at fault, so that the rest of the file can be read and checked. Never in a document that
# is handed out as read.
_STAND_IN_ZONE = "UTC"
_STAND_IN_ORGANISER = Organiser("", "")

Entry = TypeVar("Entry")


def read_programme_entry(node: Node, path: str, findings: Findings) -> ProgrammeEntry:
    """`programme`; stand-ins take the place of what is at fault."""
    fields = Fields(node, path, findings, PROGRAMME)
    fields.require("id", "title")
    fields.require("organiser", remedy="add organiser: {name: ..., email: ...}")
    fields.require("timezone", remedy="add timezone: Asia/Phnom_Penh")
    fields.require("language", remedy="add language: en")
    hold, ask_above = fields.value("hold", hold_minutes), fields.value("ask_above", whole_number)
    return ProgrammeEntry(
        id=fields.value("id", slug) or "",
        title=read_text(fields, "title") or {},
        timezone=fields.value("timezone", zone_name) or _STAND_IN_ZONE,
        language=_read_language(fields, "English is used instead") or findings.language,
        organiser=fields.read("organiser", read_organiser) or _STAND_IN_ORGANISER,
        coordinators=fields.values("coordinators", mail_address) or (),
        fiscal_year_starts=fields.value("fiscal_year_starts", fiscal_year_start),
        funder=read_text(fields, "funder"),
        working_days=fields.value("working_days", one_of_words("observe", "ignore")) or "observe",
        weekends=fields.read("weekends", _read_weekends) or {},
        quiet_hours=fields.value("quiet_hours", quiet_hours),
        hold_minutes=10 if hold is None else hold,
        ask_above=50 if ask_above is None else ask_above,
        calendar=fields.value("calendar", one_of_words("mail", "feed")) or "mail",
        privacy=fields.value("privacy", secure_link),
        description=read_text(fields, "description", several_lines=True),
    )


def read_organiser(node: Node, path: str, findings: Findings) -> Organiser | None:
    """{name, email}; None where one of them is missing or at fault."""
    fields = Fields(node, path, findings, ORGANISER)
    fields.require("name", "email")
    name, email = fields.value("name", clean_line), fields.value("email", mail_address)
    return Organiser(name, email) if name and email else None


def read_section(
    fields: Fields,
    key: str,
    known: Iterable[str],
    read_name: Callable[[str], str],
    read_entry: Callable[[str, Fields], Entry],
) -> dict[str, Entry]:
    """The entries of `key` by name, in the order written."""
    section: dict[str, Entry] = {}
    for entry, path in fields.entries(key):
        name = read_key(entry.key, path, fields.findings, read_name) or entry.key.text
        section[name] = read_entry(name, Fields(entry.value, path, fields.findings, known))
    return section


def read_organisation(name: str, fields: Fields) -> OrganisationEntry:
    return OrganisationEntry(
        name,
        title=read_text(fields, "title"),
        language=_read_language(fields, "that of the country or the programme is used"),
        country=fields.value("country", written_country),
        timezone=fields.value("timezone", zone_name),
        side=fields.value("side", one_of(Side)),
    )


def read_series(name: str, fields: Fields) -> SeriesEntry:
    fields.require("kind", remedy="add kind: meeting, committee-meeting, seminar ...")
    fields.require("title")
    kind = fields.value("kind", one_of(EventKind)) or EventKind.MEETING
    return SeriesEntry(name, kind, read_text(fields, "title") or {}, read_text(fields, "short_title"))


def read_venue(name: str, fields: Fields) -> VenueEntry:
    fields.require("title")
    fields.require("timezone", remedy="add timezone: Asia/Phnom_Penh")
    return VenueEntry(
        name,
        title=read_text(fields, "title") or {},
        timezone=fields.value("timezone", zone_name) or _STAND_IN_ZONE,
        country=fields.value("country", written_country),
        address=read_text(fields, "address", several_lines=True),
        map=fields.value("map", secure_link),
    )


def _read_language(fields: Fields, instead: str) -> str | None:
    """One of convene's languages. A code of another one is taken for none, and `instead` is said."""
    code = fields.value("language", spoken_language)
    if code == "":
        fields.warn("language", "convene does not speak this language.", instead)
    return code or None


def _read_weekends(node: Node, path: str, findings: Findings) -> dict[str, tuple[int, ...]]:
    """Country code -> weekday numbers, sorted."""
    weekends: dict[str, tuple[int, ...]] = {}
    if not isinstance(node, Table):
        findings.error(path, node.span, "A country and its days are expected here.", "write: {NP: [Sat]}")
        return weekends
    for entry in node.entries:
        inner = f"{path}.{entry.key.text}"
        country = read_key(entry.key, inner, findings, written_country)
        days = read_list(entry.value, inner, findings, weekday)
        if country and days is not None:
            weekends[country] = tuple(sorted(set(days)))
    return weekends
