"""Who is invited, and gets no mail all the same: they unsubscribed, or a server refused their address as unknown."""

from sqlalchemy import Integer, String, text
from sqlmodel import Session

from convene.model.person import NO_MAIL_SQL

WHY_SQL = """
    CASE
        WHEN person.unsubscribed_at IS NOT NULL THEN 'unsubscribed'
        WHEN person.refused_at IS NOT NULL THEN 'refused'
    END
"""
"""Of a person: "unsubscribed", "refused", or NULL for those who get mail."""

# From the few of the index to their invitations: CROSS JOIN tells SQLite in which order.
_INVITED = text(f"""
    SELECT DISTINCT person.id AS person_id, {WHY_SQL} AS why
    FROM person CROSS JOIN invitation CROSS JOIN planned_event
    WHERE ({NO_MAIL_SQL}) AND invitation.person_id = person.id AND invitation.left_at IS NULL
        AND planned_event.event_id = invitation.event_id
""").columns(person_id=Integer, why=String)


def invited_without_mail(session: Session) -> dict[int, str]:
    """By person, why: those invited to the events of the planning pass that has just run."""
    return {row.person_id: row.why for row in session.execute(_INVITED)}
