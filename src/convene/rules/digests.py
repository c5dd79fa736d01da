"""Digests: several reminders of one person on one date become one mail (design section 5)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from convene.rules.planned_event import Identity, Wanted
from convene.rules.vocabulary import NoticeKind

DIGEST = "digest"


def join_digests(reminders: Iterable[Wanted], programme_id: int, settled: frozenset[Identity]) -> list[Wanted]:
    """Reminders of one person that fall on one date of their clock become one digest, due at the earliest of them.

    Only rules that count dates join; `settled` ones have left already, alone or in a digest.
    """
    result: list[Wanted] = []
    by_date: dict[tuple[int, date], list[Wanted]] = {}
    for notice in reminders:
        if notice.kind is not NoticeKind.REMINDER or not notice.counts_dates:
            result.append(notice)
        elif notice.identity not in settled:
            by_date.setdefault((notice.identity.person_id, notice.due.local.date()), []).append(notice)
    for (person_id, on), parts in by_date.items():
        result += parts if len(parts) == 1 else [_digest(person_id, on, parts, programme_id, settled)]
    return result


def _digest(person_id: int, on: date, parts: list[Wanted], programme_id: int, settled: frozenset[Identity]) -> Wanted:
    parts = sorted(parts, key=lambda part: (part.due.at, part.identity.event_id or 0, part.identity.day_id or 0))
    identity = Identity(person_id, None, None, (DIGEST, f"of programme {programme_id}"), on.isoformat(), 1)
    # What came up after the digest of that date had left makes another one.
    while identity in settled:
        identity = replace(identity, round=identity.round + 1)
    return replace(
        parts[0],
        identity=identity,
        kind=NoticeKind.DIGEST,
        useful_until=max(part.useful_until for part in parts),
        parts=tuple(parts),
    )
