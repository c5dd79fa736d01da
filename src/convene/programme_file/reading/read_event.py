"""`events.<id>`: one event as written."""

from convene.programme_file.document import DayEntry, EventEntry, InviteEntry
from convene.programme_file.reading.coordinator_texts import clean_line, read_text
from convene.programme_file.reading.fields import Fields, read_scalar
from convene.programme_file.reading.findings import Findings, WrittenValueError, quoted
from convene.programme_file.reading.known_keys import INVITED, MATERIAL
from convene.programme_file.reading.language_names import text_language
from convene.programme_file.reading.mail_address import mail_address
from convene.programme_file.reading.read_day import read_day, read_due
from convene.programme_file.reading.read_rules import read_alarms, read_rule_plan
from convene.programme_file.reading.read_sections import read_organiser
from convene.programme_file.reading.written_dates import day_date
from convene.programme_file.reading.written_values import one_of, positive_number, slug, target, web_link, zone_name
from convene.programme_file.reading.yaml_nodes import Node, Table
from convene.rules.facts import Material
from convene.rules.vocabulary import EventKind, EventStatus, Role


def read_event(name: str, fields: Fields) -> EventEntry:
    """The event `name`. Faults are noted, and what is at fault is left out of the event."""
    return EventEntry(
        id=name,
        was=fields.value("was", slug),
        kind=fields.value("kind", one_of(EventKind)),
        title=read_text(fields, "title"),
        short_title=read_text(fields, "short_title"),
        description=read_text(fields, "description", several_lines=True),
        status=fields.value("status", one_of(EventStatus)) or EventStatus.CONFIRMED,
        reason=read_text(fields, "reason", several_lines=True),
        series=fields.value("series", slug),
        number=fields.value("number", positive_number),
        cohort=fields.value("cohort", clean_line),
        same_as=fields.value("same_as", slug),
        starts=fields.value("starts", day_date),
        part_of=fields.value("part_of", slug),
        venue=fields.value("venue", slug),
        timezone=fields.value("timezone", zone_name),
        organiser=fields.read("organiser", read_organiser),
        days=_read_days(fields),
        due=fields.read("due", read_due),
        capacity=fields.value("capacity", positive_number),
        target=fields.value("target", target),
        invite=_read_invite(fields),
        rules=read_rule_plan(fields),
        announced_as=fields.value("announced_as", clean_line),
        spoken=fields.values("spoken", text_language) or (),
        materials=_read_materials(fields),
        alarms=read_alarms(fields),
    )


def group_or_address(text: str) -> str:
    """An address in its one spelling, or the name of a group."""
    if "@" in text:
        return mail_address(text)
    name = clean_line(text)
    if ";" in name or "," in name:
        raise WrittenValueError(f"{quoted(name)} is more than one group.", "write one item for each")
    return name


def _read_days(fields: Fields) -> tuple[DayEntry, ...] | None:
    items = fields.items("days")
    if items is None:
        return None
    if not items:
        fields.error("days", "The event has no day.", "write: [{on: Mon 2020-01-20}], or on: to be decided")
    days = tuple(read_day(node, path, fields.findings) for node, path in items)
    _refuse_twin_ids(items, days, fields.findings)
    return days


def _refuse_twin_ids(items: list[tuple[Node, str]], days: tuple[DayEntry, ...], findings: Findings) -> None:
    seen: dict[str, str] = {}
    for (node, path), day in zip(items, days, strict=True):
        first = seen.setdefault(day.id, path) if day.id else path
        if first != path:
            what = f"{first} has the id {quoted(day.id or '')} already."
            findings.error(f"{path}.id", node.span, what, "give each day its own")


def _read_invite(fields: Fields) -> tuple[InviteEntry, ...] | None:
    items = fields.items("invite")
    if items is None:
        return None
    invited: dict[str, InviteEntry] = {}
    for node, path in items:
        entry = _read_invited(node, path, fields.findings)
        if entry and entry.who in invited:
            fields.findings.error(path, node.span, f"{quoted(entry.who)} is invited twice.", "keep one of them")
        elif entry:
            invited[entry.who] = entry
    return tuple(invited.values())


def _read_invited(node: Node, path: str, findings: Findings) -> InviteEntry | None:
    if not isinstance(node, Table):
        who = read_scalar(node, path, findings, group_or_address)
        return InviteEntry(who) if who else None
    fields = Fields(node, path, findings, INVITED)
    fields.require("who", remedy="add who: a group or an address")
    who, role = fields.value("who", group_or_address), fields.value("role", one_of(Role))
    return InviteEntry(who, role) if who else None


def _read_materials(fields: Fields) -> tuple[Material, ...]:
    materials = (_read_material(node, path, fields.findings) for node, path in fields.items("materials") or ())
    return tuple(material for material in materials if material)


def _read_material(node: Node, path: str, findings: Findings) -> Material | None:
    fields = Fields(node, path, findings, MATERIAL)
    fields.require("title", "link")
    title, link = read_text(fields, "title"), fields.value("link", web_link)
    return Material(title, link) if title and link else None
