"""Look at what the database knows of delivery, for `doctor`: who sends, what waits, what went wrong."""

from sqlmodel import Session, select

from convene.model.installation import Installation
from convene.rules.checkup import Check, fault, ok, warning, without_addresses
from convene.rules.delivery_checks import (
    Counts,
    WorkerFacts,
    check_failures,
    check_overdue,
    check_silenced,
    check_volume,
    check_worker,
)
from convene.rules.installation_checks import check_senders, check_zone_database
from convene.rules.notice_key import notice_key
from convene.rules.zones import tzdata_version
from convene.settings import Settings
from convene.store.sending_facts import (
    busiest_day,
    failed_and_uncertain,
    last_failed,
    organiser_domains,
    silenced_people,
    waiting_count,
    workers,
)
from convene.store.unreadable_rows import all_unreadable
from convene.usecases.delivery.moments import Clock
from convene.usecases.health.sending_state import SendingState, sending_state

_KEYS_SHOWN = 5


def examine_delivery(session: Session, settings: Settings, clock: Clock) -> list[Check]:
    """Everything that rows tell, in the order in which one would look."""
    now = clock.now()
    state = sending_state(session, now)
    counts = Counts(*failed_and_uncertain(session), *silenced_people(session))
    busiest, day = busiest_day(session, now)
    stored_zones = session.exec(select(Installation.tzdata_version)).one()
    facts = _worker_facts(session, state, clock)
    return [
        check_zone_database(stored_zones, tzdata_version()),
        _senders(session, settings),
        check_worker(facts, unswept=state.unswept, waiting=waiting_count(session)),
        *_pauses(state),
        check_overdue(state.backlog, state.due_since, now),
        *check_failures(counts, _failed(session)),
        check_silenced(counts),
        *(fault("content", found.sentence, found.remedy) for found in all_unreadable(session)),
        check_volume(busiest, day.isoformat() if day else None, one_click=settings.base_url.startswith("https:")),
    ]


def _worker_facts(session: Session, state: SendingState, clock: Clock) -> WorkerFacts:
    alive = [worker for worker in workers(session) if worker.lease_until > clock.real_now()]
    troubled = next((worker for worker in alive if worker.relay_trouble), None)
    trouble, since = (troubled.relay_trouble, troubled.relay_trouble_since) if troubled else (None, None)
    return WorkerFacts(len(alive), state.silent_seconds, trouble, since)


def _failed(session: Session) -> list[str]:
    secret = session.exec(select(Installation.key_secret)).one()
    return [notice_key(notice_id, secret) for notice_id in last_failed(session, _KEYS_SHOWN)]


def _senders(session: Session, settings: Settings) -> Check:
    domains = organiser_domains(session)
    if settings.mail_from:
        domains = {settings.mail_from.rpartition("@")[2]}
    return check_senders(domains, settings.smtp.host, one_for_all=settings.mail_from is not None)


def _pauses(state: SendingState) -> list[Check]:
    if not state.pauses:
        return [ok("pause", "Nothing is paused.")]
    return [
        (warning if pause.programme else fault)("pause", without_addresses(pause.sentence), pause.ended_by)
        for pause in state.pauses
    ]
