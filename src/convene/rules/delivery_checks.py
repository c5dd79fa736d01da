"""Whether mail leaves: who sends, what waits, what went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from convene.rules.checkup import Check, fault, ok, warning, without_addresses
from convene.rules.weekdays import written_moment

_BULK = 5_000
"""Mails a day from which large providers ask for more (Gmail and Yahoo since February 2024, Outlook since May 2025)."""
_PATIENCE_SECONDS = 300
"""Mail that is due for longer is overdue: a healthy worker, and a server that takes it, need seconds."""


@dataclass(frozen=True)
class WorkerFacts:
    """`alive` workers have a lease; `silent_seconds` ago one of them, or of those before, looked for what is due.

    None: no worker is written down. `trouble`: why the SMTP server cannot be used, as a worker saw it, and since when.
    """

    alive: int
    silent_seconds: float | None
    trouble: str | None = None
    trouble_since: datetime | None = None


@dataclass(frozen=True)
class Counts:
    """How many notices are in a state that asks for a look, and how many people get no mail, or less than others:
    `unsubscribed` from any programme, with or without corrections.
    """

    failed: int
    uncertain: int
    unsubscribed: int
    refused: int


def check_worker(facts: WorkerFacts, *, unswept: bool, waiting: int) -> Check:
    """Whether somebody looks for what is due. `unswept`: mail is due, and nobody has looked for too long."""
    run = "convene worker, or convene up"
    if unswept and facts.silent_seconds is not None:
        sentence = f"None has looked for what is due for {_span(facts.silent_seconds)}, and mail waits."
        return fault("worker", sentence, f"look at its log, and start it again: {run}")
    if not facts.alive:
        level = fault if unswept else warning
        return level(
            "worker", f"None runs, and {_mails(waiting)} wait{'s' if waiting == 1 else ''}.", f"start one: {run}"
        )
    if facts.trouble is not None:
        since = f" since {written_moment(facts.trouble_since)} UTC" if facts.trouble_since else ""
        return warning(
            "worker", f"It cannot use the SMTP server{since}: {without_addresses(facts.trouble)}", "see smtp"
        )
    many = "One runs" if facts.alive == 1 else f"{facts.alive} run"
    return ok("worker", f"{many}; the last look for what is due was {_span(facts.silent_seconds or 0)} ago.")


def check_overdue(count: int, since: datetime | None, now: datetime) -> Check:
    """Mail that should have left: how much, and since when (UTC) the first of it is due."""
    if since is None or (now - since).total_seconds() <= _PATIENCE_SECONDS:
        return ok("overdue", "No mail is overdue.")
    sentence = f"{_mails(count)} should have left, the first at {written_moment(since)} UTC."
    return warning("overdue", sentence, "see worker, pause and smtp; convene notice list --state deferred")


def check_failures(counts: Counts, failed: Sequence[str]) -> list[Check]:
    """Mail that did not leave, or of which nobody knows. `failed` are keys of notices that failed, not all of them."""
    checks = []
    if counts.failed:
        more = " and others" if counts.failed > len(failed) else ""
        sentence = f"{_mails(counts.failed)} failed, or could not be built: {', '.join(failed)}{more}."
        remedy = (
            f"convene notice show {failed[0]} says why, convene notice retry {failed[0]} tries again; "
            "all: convene notice list --state failed"
        )
        checks.append(warning("failed", sentence, remedy))
    else:
        checks.append(ok("failed", "No mail failed."))
    if counts.uncertain:
        sentence = (
            f"No answer came to the end of {_mails(counts.uncertain)}: each may have arrived twice, or not at all."
        )
        checks.append(warning("uncertain", sentence, 'convene notice list --json shows them as "uncertain": true'))
    else:
        checks.append(ok("uncertain", "Of every mail it is known whether it left."))
    return checks


def check_silenced(counts: Counts) -> Check:
    """People whom nothing is written to, or only corrections."""
    if not counts.refused and not counts.unsubscribed:
        return ok("no mail to", "Nobody unsubscribed, and no address was refused.")
    have = "has" if counts.refused == 1 else "have"
    reasons = {"unsubscribed": counts.unsubscribed, f"{have} an address that a server refused": counts.refused}
    sentence = f"{'; '.join(f'{count} {why}' for why, count in reasons.items() if count)}."
    if counts.refused:
        remedy = "convene person list names them; convene person unsubscribe ADDRESS --undo tries an address again"
        return warning("no mail to", sentence, remedy)
    return ok("no mail to", sentence)


def check_volume(busiest: int, day: str | None, *, one_click: bool) -> Check:
    """The mails of the busiest day ahead, against the rules of large providers. `one_click`: mails offer it."""
    if busiest <= _BULK or day is None:
        return ok("volume", f"At most {_mails(busiest)} on one day ahead.")
    sentence = (
        f"{_mails(busiest)} are due on {day}. Above {_BULK} a day, Gmail, Yahoo and Outlook ask for SPF, DKIM, an "
        "aligned DMARC policy, one-click unsubscribe, and complaints below 0.3 %."
    )
    need = "" if one_click else "give CONVENE_BASE_URL an https address; "
    return warning("volume", sentence, f"{need}see sender; CONVENE_SMTP_RATE spreads them")


def _mails(count: int) -> str:
    return "1 mail" if count == 1 else f"{count} mails"


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
