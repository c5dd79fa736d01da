"""Who is invited, and gets no mail all the same, or only corrections: they unsubscribed, or a server refused their
address as unknown.
"""

from sqlalchemy import Integer, String, text
from sqlmodel import Session

from convene.model.person import REFUSED_SQL

ONLY_CORRECTIONS = "only corrections"

_OPTED_OUT = """
    SELECT 1 FROM optout
    WHERE optout.person_id = person.id AND (optout.programme_id = event.programme_id OR optout.programme_id IS NULL)
"""
SILENCE_SQL = f"""
    CASE
        WHEN EXISTS ({_OPTED_OUT} AND optout.all_mail) THEN 'unsubscribed'
        WHEN person.refused_at IS NOT NULL THEN 'refused'
        WHEN EXISTS ({_OPTED_OUT}) THEN '{ONLY_CORRECTIONS}'
    END
"""
"""Of a person invited to an event: "unsubscribed", "refused", "only corrections", or NULL for those who get mail."""

# From the few to their invitations: CROSS JOIN tells SQLite in which order.
_INVITED = text(f"""
    SELECT DISTINCT person.id AS person_id, {SILENCE_SQL} AS why
    FROM (SELECT id FROM person WHERE {REFUSED_SQL} UNION SELECT person_id FROM optout) AS few
    CROSS JOIN person CROSS JOIN invitation CROSS JOIN planned_event CROSS JOIN event
    WHERE person.id = few.id AND invitation.person_id = person.id AND invitation.left_at IS NULL
        AND planned_event.event_id = invitation.event_id AND event.id = invitation.event_id
""").columns(person_id=Integer, why=String)


def invited_without_mail(session: Session) -> dict[int, str]:
    """By person, why: those invited to the events of the planning pass that has just run."""
    return {row.person_id: row.why for row in session.execute(_INVITED) if row.why}
