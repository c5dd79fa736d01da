"""The row behind a feed's token, in one question together with the content version that it was read at."""

from typing import NamedTuple

from sqlalchemy import Connection

from convene.store.driver_sql import DriverSql


class StoredLink(NamedTuple):
    """A row of `feedlink`: one of the four subjects is set. `generation` is the only one that opens."""

    generation: int
    person_id: int | None
    event_id: int | None
    programme_id: int | None
    country: str | None
    language: str
    one_bar: bool
    alarm_minutes: int | None


_LINK = DriverSql(
    """
    SELECT content_version, generation, person_id, event_id, programme_id, country, language, one_bar, alarm_minutes
    FROM installation LEFT JOIN feedlink ON feedlink.public_id = :public_id
    """
)


def link_behind(connection: Connection, public_id: str) -> tuple[int, StoredLink | None]:
    """The content version, and the link of that public id, if there is one."""
    version, generation, *columns = _LINK.run(connection, public_id=public_id).fetchone()
    return version, None if generation is None else StoredLink(generation, *columns)
