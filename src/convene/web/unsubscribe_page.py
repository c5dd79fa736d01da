"""`/u/<token>`: a person stops their mails, or wants them again.

GET and HEAD change nothing, since scanners follow every link. A form needs its nonce and a box that was ticked, since
some scanners run scripts and send forms. The one wish that needs neither is the one click of RFC 8058, and it can
only unsubscribe.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from sqlmodel import Session, select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from convene.model.person import Person
from convene.rules.link_token import check_token, make_token, parse_token
from convene.store.database import Database
from convene.usecases.delivery.moments import Clock
from convene.usecases.people.unsubscribe_link import open_unsubscribe
from convene.usecases.people.unsubscribe_person import subscribe_again, unsubscribe_person
from convene.usecases.people.unsubscribe_view import UnsubscribeView, unsubscribe_view
from convene.web.form_body import read_form
from convene.web.page_response import made_in_thread, not_found, page_response, plain_response

_NONCE_SECONDS = 24 * 3600


def unsubscribe_route(database: Database, keys: Sequence[bytes], clock: Clock) -> Route:
    pages = _UnsubscribePages(database, keys, clock)
    return Route("/u/{token}", pages.answer, methods=["GET", "POST"])


class _UnsubscribePages:
    """Every answer is made from the token, the row behind it and the fields sent: there is no cookie and no session."""

    def __init__(self, database: Database, keys: Sequence[bytes], clock: Clock) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock

    async def answer(self, request: Request) -> Response:
        fields = await read_form(request) if request.method == "POST" else None
        accepted = request.headers.get("accept-language", "")
        return await made_in_thread(partial(self._respond, request.path_params["token"], fields, accepted), accepted)

    def _respond(self, token: str, fields: Mapping[str, str] | None, accepted: str) -> Response:
        with self._database.reading() as session:
            opened = open_unsubscribe(session, token, self._keys)
            if opened.person is None:
                return not_found(accepted)
            person, view = opened.person, unsubscribe_view(session, opened.person)
        if opened.revoked:
            return page_response("web/link-revoked.html", view.language, 410)
        if fields is None:
            return self._shown(person, view, view.unsubscribed)
        if fields.get("List-Unsubscribe") == "One-Click":
            self._unsubscribe(person)
            return plain_response("Unsubscribed.", 200)
        return self._carried_out(person, view, fields)

    def _carried_out(self, person: Person, view: UnsubscribeView, fields: Mapping[str, str]) -> Response:
        """The wish of a form; without its nonce or the choice, nothing."""
        action = fields.get("action", "")
        if fields.get("choice") != "yes" or not self._is_fresh(fields.get("nonce", ""), action, person):
            return self._shown(person, view, view.unsubscribed, 400, incomplete=True)
        if action == "stop":
            self._unsubscribe(person)
            return self._shown(person, view, unsubscribed=True)
        self._subscribe_again(person)
        return page_response("web/subscribed-again.html", view.language)

    def _shown(
        self, person: Person, view: UnsubscribeView, unsubscribed: bool, status: int = 200, *, incomplete: bool = False
    ) -> Response:
        """The page that offers the other state than the one that holds."""
        template, action = ("unsubscribed", "resume") if unsubscribed else ("unsubscribe", "stop")
        nonce = self._nonce(action, person)
        values = {"programmes": view.programmes, "nonce": nonce, "incomplete": incomplete}
        return page_response(f"web/{template}.html", view.language, status, **values)

    def _unsubscribe(self, person: Person) -> None:
        if person.unsubscribed_at is None:
            with self._database.writing() as session:
                unsubscribe_person(session, _same(session, person), self._clock.now())

    def _subscribe_again(self, person: Person) -> None:
        if person.unsubscribed_at is not None:
            with self._database.writing() as session:
                subscribe_again(session, _same(session, person), self._clock.now())

    def _nonce(self, action: str, person: Person) -> str:
        """A token of the moment at which the form is no longer good, for one wish of one person."""
        good_until = int(self._clock.real_now().timestamp()) + _NONCE_SECONDS
        return make_token(str(good_until), _wish(action, person), person.link_generation, self._keys)

    def _is_fresh(self, nonce: str, action: str, person: Person) -> bool:
        parsed = parse_token(nonce)
        signed = check_token(nonce, _wish(action, person), person.link_generation, self._keys)
        return parsed is not None and signed and int(parsed[0]) > self._clock.real_now().timestamp()


def _same(session: Session, person: Person) -> Person:
    """The row to change, by what never belongs to another: SQLite gives the number of an erased person to the next."""
    return session.exec(select(Person).where(Person.public_id == person.public_id)).one()


def _wish(action: str, person: Person) -> str:
    return f"form {action} {person.public_id}"
