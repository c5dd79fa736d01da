"""Everything that a reader is shown: one list, for the screenshots and for the test of how it is drawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tests.mail.sample_letters import sample_letter
from tests.mail.turn_letters import TURNS
from tests.sample_briefs import dac_meeting, letter, online_programme, reader, with_days

from convene.language.digits import localise_digits
from convene.language.texts import pick_text
from convene.language.titles import event_title
from convene.mail.compose import compose
from convene.rules.facts import Organiser
from convene.rules.letter import Letter
from convene.rules.vocabulary import Mode, NoticeKind
from convene.usecases.feeds.feed_addresses import FeedAddresses
from convene.usecases.feeds.subscribe_view import SubscribeView
from convene.web.page_response import page_response
from convene.web.qr_code import qr_svg

_HTML = {"content-type": "text/html; charset=utf-8"}
_LONG_LINK = "https://meetings.example/j/81234567890?pwd=aGVsbG8gd29ybGQhIHRoaXMgaXMgYSBsb25nIHBhc3N3b3JkIQ.1"
_TOKEN = "0123456789abcdef.aaaabbbbccccddddeeeeffffgggghhhh"
_ADDRESSES = FeedAddresses(
    url=f"https://convene.example/feed/{_TOKEN}.ics",
    webcal=f"webcal://convene.example/feed/{_TOKEN}.ics",
    page=f"https://convene.example/s/{_TOKEN}",
)


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
    return [_page(name, template, language, values(language)) for name, (template, values) in PAGES.items()]


def _nothing(language: str) -> Mapping[str, object]:
    return {}


def _unsubscribe(language: str) -> Mapping[str, object]:
    briefs = (dac_meeting(), online_programme())
    titles = [pick_text(brief.programme_title, language, brief.programme_language) for brief in briefs]
    return {"programmes": titles, "nonces": {"stop": "", "resume": ""}, "left": "none", "incomplete": False}


def _incomplete(language: str) -> Mapping[str, object]:
    return {**_unsubscribe(language), "incomplete": True}


def _only_corrections(language: str) -> Mapping[str, object]:
    return {**_unsubscribe(language), "left": "corrections"}


def _subscribe(language: str) -> Mapping[str, object]:
    """To the calendar of one event."""
    view = SubscribeView(event_title(dac_meeting(), language).parts, localise_digits("3–24", language, None))
    return {"view": view, "addresses": _ADDRESSES, "qr": qr_svg(_ADDRESSES.page)}


def _subscribe_own(language: str) -> Mapping[str, object]:
    """To the calendar of a person, which has no title."""
    return {**_subscribe(language), "view": SubscribeView((), localise_digits("3–24", language, None))}


PAGES: Mapping[str, tuple[str, Callable[[str], Mapping[str, object]]]] = {
    "unsubscribe": ("web/unsubscribe.html", _unsubscribe),
    "unsubscribe-incomplete": ("web/unsubscribe.html", _incomplete),
    "unsubscribed": ("web/unsubscribed.html", _unsubscribe),
    "only-corrections": ("web/unsubscribed.html", _only_corrections),
    "subscribed-again": ("web/subscribed-again.html", _nothing),
    "link-revoked": ("web/link-revoked.html", _nothing),
    "subscribe": ("web/subscribe.html", _subscribe),
    "subscribe-own": ("web/subscribe.html", _subscribe_own),
    "subscribe-revoked": ("web/subscribe-revoked.html", _nothing),
    "not-found": ("web/not-found.html", _nothing),
    "try-later": ("web/try-later.html", _nothing),
}
"""By name, the template of a page and what it prints for a reader of a language."""


def _mail(name: str, made: Letter) -> Document:
    return Document(name, compose(made).html, _HTML)


def _page(name: str, template: str, language: str, values: Mapping[str, object]) -> Document:
    response = page_response(template, language, 200, **values)
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
