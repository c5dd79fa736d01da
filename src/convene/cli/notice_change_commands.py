"""`convene notice retry | send-test`: one notice once more, to its reader or to somebody who looks."""

import asyncio
from typing import Annotated

import typer

from convene.cli.carry_out import Consequences, carry_out
from convene.cli.mail_preview import NOTHING_LEAVES
from convene.cli.opening import clock, links, opened, settings
from convene.cli.tables import say
from convene.programme_file.reading.mail_address import mail_address
from convene.usecases.delivery.retry_notice import Retried, retry_notice
from convene.usecases.delivery.send_trial import make_trial, send_trial

_Key = Annotated[str, typer.Argument(metavar="KEY", help="The key of a notice.", show_default=False)]


def add_commands(app: typer.Typer) -> None:
    """The commands of this module, under `convene notice`."""
    app.command("retry")(retry_command)
    app.command("send-test")(send_test_command)


def retry_command(
    key: _Key,
    yes: Annotated[bool, typer.Option("--yes", help="Answer the question before mail is caused.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show everything, store nothing.")] = False,
) -> None:
    """Plan a notice that failed again: it leaves at its moment, or at once where that has passed.

    Its facts are read again before it leaves, so an event that was cancelled meanwhile, or a reader who left, stops it.
    Only what failed is tried again; nothing that was sent is sent twice.
    """
    done = carry_out(lambda session, now: retry_notice(session, key, now), _look, yes=yes, dry_run=dry_run)
    if done is not None:
        say(f"Planned again: {done.notice.key}. {NOTHING_LEAVES}")


def send_test_command(
    key: _Key,
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="Who gets the test.", show_default=False)],
) -> None:
    """Send the mail of a notice to ADDRESS alone, as a test, over the configured SMTP server; stores nothing.

    It reads as it left, or as it would leave at its moment, with "[test]" in front of the subject. Left out is what
    could act for its reader: the calendar part, whose entry would land in the calendar of whoever looks or take one
    away there, and every personal link, also that to unsubscribe. `convene notice show KEY --eml` shows them.
    """
    from convene.mail.smtp_pool import SmtpRelay  # `notice list` speaks no SMTP

    chosen = settings()
    recipient = mail_address(to)
    with opened(chosen) as database, database.reading() as session:
        trial = make_trial(session, key, recipient, chosen.mail_from, links(chosen), clock(chosen).now())
    asyncio.run(send_trial(SmtpRelay(chosen.smtp), trial))
    say(f"Sent to {trial.recipient}: {trial.subject}")


def _look(retried: Retried) -> Consequences:
    notice = retried.notice
    if not retried.planned:
        say(f"The notice {notice.key} is {notice.row.state.replace('_', ' ')}.")
        return Consequences([], retried.mails, retried.ask_above)
    if notice.row.uncertain:
        say("No answer came to its end before: it may have arrived, and the same mail leaves once more.")
    lines = [f"  {notice.key}: failed -> planned"]
    if notice.row.last_error:
        lines.append(f"  failed before: {notice.row.last_error}")
    return Consequences(lines, retried.mails, retried.ask_above)
