"""Notices in words for the coordinator: one in full sentences, many in two lines each where a table is too wide."""

import textwrap
from collections.abc import Iterator, Sequence
from datetime import datetime

from convene.cli.mail_preview import time_ahead
from convene.programme_file.checks.finding_words import city
from convene.rules.notice_states import NoticeState
from convene.rules.weekdays import written_moment
from convene.rules.zones import wall_clock
from convene.usecases.planning.list_notices import NoticeView

_INDENT = " " * 18
"""The width of a key, and a gap."""
_GAP = 2


def notice_rows(views: Sequence[NoticeView], width: int) -> Iterator[str]:
    """The list for a terminal of `width` columns: when and what, and beneath to whom, in which language and why.

    What it speaks of stands beneath as well where it would not fit.
    """
    firsts = [
        (written_moment(view.due_local), city(view.row.timezone), view.row.state, _subject(view)) for view in views
    ]
    widths = [max((len(row[column]) for row in firsts), default=0) for column in range(3)]
    subject_width = width - len(_INDENT) - sum(widths) - 3 * _GAP
    fits = all(len(first[-1]) <= subject_width for first in firsts)
    for view, first in zip(views, firsts, strict=True):
        cells = [cell.ljust(wide) for cell, wide in zip(first, widths, strict=False)]
        yield "  ".join([view.key, *cells, *([first[-1]] if fits else [])]).rstrip()
        beneath = f"{view.person.address}  {view.row.language}  {why(view)}"
        if not fits:
            beneath = f"{first[-1]}  {beneath}"
        yield from textwrap.wrap(beneath, width, initial_indent=_INDENT, subsequent_indent=_INDENT)


def why(view: NoticeView) -> str:
    """Why it is due then, and why it does not leave."""
    return "; ".join(part for part in (view.why, view.row.reason) if part)


def story(view: NoticeView, now: datetime) -> Iterator[str]:
    """One notice in full sentences, at `now` (UTC)."""
    row, cause = view.row, view.cause
    yield f"{cause.kind} {view.key}, {row.state}"
    yield f"It speaks of {', '.join(view.events) or 'no event'}{f', day {view.day}' if view.day else ''}."
    source = f"by the language of the {row.language_source}"
    yield f"It goes to {view.person.address}, {row.role}, in {row.language} ({source})."
    yield f"{_when(view, now)}."
    yield f"Why then: {view.why}."
    yield from _outcome(view)


def _subject(view: NoticeView) -> str:
    more = f" and {len(view.events) - 1} more" if len(view.events) > 1 else ""
    return f"{view.cause.kind}  {view.events[0] if view.events else ''}{more}"


def _when(view: NoticeView, now: datetime) -> str:
    row = view.row
    verb = "It is due" if row.due_at > now else "It was due"
    ahead = f", {time_ahead(now, row.due_at, row.timezone)}" if row.due_at > now else ""
    return f"{verb} on {written_moment(view.due_local)} on the reader's clock ({row.timezone}){ahead}"


def _outcome(view: NoticeView) -> Iterator[str]:
    row = view.row
    if row.sent_at:
        sent = written_moment(wall_clock(row.sent_at, row.timezone))
        yield f"It left on {sent} on that clock, as {view.message_id}: {view.subject}"
    if row.reason:
        yield f"It {'will not leave' if row.state == NoticeState.CANCELLED else 'did not leave'}: {row.reason}."
    if row.last_error:
        yield f"What went wrong last: {row.last_error}"
    if row.uncertain:
        yield "Once, no answer came to the end of the mail: it may have arrived twice."
    if row.attempts > 1 or (row.attempts and not row.sent_at):
        yield f"It was tried {'once' if row.attempts == 1 else f'{row.attempts} times'}."
    if row.round > 1:
        yield f"The person was put on the list again: it belongs to round {row.round}."
