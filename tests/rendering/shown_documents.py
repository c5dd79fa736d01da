"""Everything that a reader is shown: one list, for the screenshots and for the test of how it is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tests.mail.sample_letters import sample_letter
from tests.mail.turn_letters import TURNS
from tests.sample_briefs import dac_meeting, letter, online_programme, reader, with_days

from convene.language.texts import Spoken, pick_text
from convene.mail.compose import compose
from convene.rules.facts import Organiser
from convene.rules.letter import Letter
from convene.rules.vocabulary import Mode, NoticeKind
from convene.web.page_response import page_response

_HTML = {"content-type": "text/html; charset=utf-8"}
_LONG_LINK = "https://meetings.example/j/81234567890?pwd=aGVsbG8gd29ybGQhIHRoaXMgaXMgYSBsb25nIHBhc3N3b3JkIQ.1"


@dataclass(frozen=True)
class Document:
    """`body` is HTML, with the headers that it is sent with."""

    name: str
    body: str
    headers: Mapping[str, str]


def mails(language: str) -> list[Document]:
    """A mail of each kind."""
    return [_mail(str(kind), sample_letter(kind, language)) for kind in NoticeKind]


def turns(language: str) -> list[Document]:
    """A mail of each turn that an event may take, and one with words and links as long as they come."""
    named = {name: made(language) for name, made in TURNS.items()} | {"long-words": _long_words(language)}
    return [_mail(name, made) for name, made in named.items()]


def pages(language: str) -> list[Document]:
    """Each page of the server, in each of its states."""
    briefs = (dac_meeting(), online_programme())
    titles = [pick_text(brief.programme_title, language, brief.programme_language) for brief in briefs]
    return [_page(name, template, language, titles, values) for name, (template, values) in PAGES.items()]


PAGES: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "unsubscribe": ("web/unsubscribe.html", {"nonce": "", "incomplete": False}),
    "unsubscribe-incomplete": ("web/unsubscribe.html", {"nonce": "", "incomplete": True}),
    "unsubscribed": ("web/unsubscribed.html", {"nonce": "", "incomplete": False}),
    "subscribed-again": ("web/subscribed-again.html", {}),
    "link-revoked": ("web/link-revoked.html", {}),
}
"""By name, the template of a page and what it prints, besides the programmes of its reader."""


def _mail(name: str, made: Letter) -> Document:
    return Document(name, compose(made).html, _HTML)


def _page(
    name: str, template: str, language: str, programmes: list[Spoken | None], values: Mapping[str, object]
) -> Document:
    response = page_response(template, language, programmes=programmes, **values)  # type: ignore[arg-type]
    return Document(f"page-{name}", bytes(response.body).decode(), dict(response.headers))


def _long_words(language: str) -> Letter:
    """Links, names and addresses without a place to break a line."""
    brief = dac_meeting()
    venue = replace(brief.facts.days[0].venue, title={"en": "Wirtschaftswissenschaftlichefakultätsgebäude"})  # type: ignore[type-var]
    day = replace(brief.facts.days[0], mode=Mode.HYBRID, link=_LONG_LINK, venue=venue)
    long = replace(
        with_days(brief, day),
        title={"en": "Consultation on Gesundheitsversorgungsstrukturverbesserungsgesetze and occupational safety"},
        organiser=Organiser("Confederation of Unions", "secretariat.of.the.international.department@unions.example"),
    )
    before = replace(day, link=_LONG_LINK.replace("8123", "7123"))
    return letter(NoticeKind.CHANGE, long, reader(language), told=with_days(long, before).facts)
