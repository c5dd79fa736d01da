"""Which status an event may take after which (programme-file, "What `apply` does"). Held is derived, and no status."""

from collections.abc import Mapping

from convene.rules.vocabulary import EventStatus

_NEXT: Mapping[EventStatus, tuple[EventStatus, ...]] = {
    EventStatus.DRAFT: (EventStatus.CONFIRMED,),
    EventStatus.CONFIRMED: (EventStatus.POSTPONED, EventStatus.CANCELLED),
    EventStatus.POSTPONED: (EventStatus.CONFIRMED, EventStatus.CANCELLED),
    EventStatus.CANCELLED: (EventStatus.CONFIRMED,),
}


def next_statuses(status: EventStatus) -> tuple[EventStatus, ...]:
    """What may follow `status`. An event that is new begins with any."""
    return _NEXT[status]
