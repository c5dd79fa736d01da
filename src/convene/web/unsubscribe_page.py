"""`/u/<token>`: a person stops the mails of a programme, or wants them again.

GET and HEAD change nothing, since scanners follow every link. A form needs its nonce and a choice that was made, since
some scanners run scripts and send forms. The one wish that needs neither is the one click of RFC 8058, and it can
only unsubscribe; what the person was told is corrected all the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from sqlmodel import Session, select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from convene.model.person import Person
from convene.rules.link_token import check_token, make_token, parse_token
from convene.store.database import Database
from convene.usecases.delivery.moments import Clock
from convene.usecases.people.unsubscribe_link import OpenedUnsubscribe, open_unsubscribe
from convene.usecases.people.unsubscribe_person import MailLeft, subscribe_again, unsubscribe_person
from convene.usecases.people.unsubscribe_view import UnsubscribeView, unsubscribe_view
from convene.web.form_body import read_form
from convene.web.page_response import made_in_thread, not_found, page_response, plain_response

_NONCE_SECONDS = 24 * 3600
_CHOICES = {"stop": (MailLeft.CORRECTIONS.value, MailLeft.NONE.value), "resume": ("yes",)}


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
            if opened is None:
                return not_found(accepted)
            view = unsubscribe_view(session, opened.person, opened.programme)
        if opened.revoked:
            return page_response("web/link-revoked.html", view.language, 410)
        if fields is None:
            return self._shown(opened, view)
        if fields.get("List-Unsubscribe") == "One-Click":
            self._unsubscribe(opened, view, MailLeft.CORRECTIONS)
            return plain_response("Unsubscribed.", 200)
        return self._carried_out(opened, view, fields)

    def _carried_out(self, opened: OpenedUnsubscribe, view: UnsubscribeView, fields: Mapping[str, str]) -> Response:
        """The wish of a form; without its nonce or a choice that it offers, nothing."""
        action, choice = fields.get("action", ""), fields.get("choice", "")
        if choice not in _CHOICES.get(action, ()) or not self._is_fresh(fields.get("nonce", ""), action, opened):
            return self._shown(opened, view, 400, incomplete=True)
        if action == "stop":
            left = self._unsubscribe(opened, view, MailLeft(choice))
            return self._shown(opened, replace(view, left=left))
        self._subscribe_again(opened, view)
        return page_response("web/subscribed-again.html", view.language)

    def _shown(
        self, opened: OpenedUnsubscribe, view: UnsubscribeView, status: int = 200, *, incomplete: bool = False
    ) -> Response:
        """The page that offers what else there is than what holds."""
        template = "unsubscribe" if view.left is MailLeft.ALL else "unsubscribed"
        nonces = {action: self._nonce(action, opened) for action in _CHOICES}
        values = {"programmes": view.programmes, "left": view.left.value, "nonces": nonces, "incomplete": incomplete}
        return page_response(f"web/{template}.html", view.language, status, **values)

    def _unsubscribe(self, opened: OpenedUnsubscribe, view: UnsubscribeView, wish: MailLeft) -> MailLeft:
        """Leave the person no more than they wish; what is left then."""
        if view.left in (wish, MailLeft.NONE):
            return view.left
        all_mail = wish is MailLeft.NONE
        with self._database.writing() as session:
            person, programme = _same(session, opened.person), None if view.out_of_all else opened.programme
            unsubscribe_person(session, person, programme, self._clock.now(), all_mail=all_mail)
        return wish

    def _subscribe_again(self, opened: OpenedUnsubscribe, view: UnsubscribeView) -> None:
        if view.left is not MailLeft.ALL:
            with self._database.writing() as session:
                person, programme = _same(session, opened.person), None if view.out_of_all else opened.programme
                subscribe_again(session, person, programme, self._clock.now())

    def _nonce(self, action: str, opened: OpenedUnsubscribe) -> str:
        """A token of the moment at which the form is no longer good, for one wish of one person about one programme."""
        good_until = int(self._clock.real_now().timestamp()) + _NONCE_SECONDS
        return make_token(str(good_until), _wish(action, opened), opened.person.link_generation, self._keys)

    def _is_fresh(self, nonce: str, action: str, opened: OpenedUnsubscribe) -> bool:
        parsed = parse_token(nonce)
        signed = check_token(nonce, _wish(action, opened), opened.person.link_generation, self._keys)
        return parsed is not None and signed and int(parsed[0]) > self._clock.real_now().timestamp()


def _same(session: Session, person: Person) -> Person:
    """The row to change, by what never belongs to another: SQLite gives the number of an erased person to the next."""
    return session.exec(select(Person).where(Person.public_id == person.public_id)).one()


def _wish(action: str, opened: OpenedUnsubscribe) -> str:
    return f"form {action} {opened.programme.id} {opened.person.public_id}"
