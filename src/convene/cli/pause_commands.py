"""`convene pause` and `convene resume`: nothing leaves any more, and it leaves again."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from convene.cli.mail_preview import ask, print_mails
from convene.cli.opening import clock, opened, settings
from convene.cli.tables import say
from convene.store.database import content_version
from convene.usecases.delivery.pause_sending import Paused, pause_sending
from convene.usecases.delivery.resume_sending import AFTER_RESTORE, Resumed, resume_sending
from convene.usecases.planning.mails_ahead import MailsAhead

_Programme = Annotated[
    str | None, typer.Argument(metavar="PROGRAMME", help="One programme; else everything.", show_default=False)
]


def command(name: str) -> Any:
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    functions: dict[str, Callable[..., None]] = {"pause": pause, "resume": resume}
    app.command(name)(functions[name])
    return typer.main.get_command(app)


def pause(
    programme: _Programme = None,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; shown wherever the pause is.")
    ] = "the operator paused it",
) -> None:
    """Send nothing more until `convene resume`: of one programme, or of all.

    A mail on its way is finished first. Plans go on: what falls due meanwhile waits, and is missed once it is of no
    use any more. Feeds are served as before.
    """
    chosen = settings()
    now = clock(chosen).now()
    with opened(chosen) as database, database.writing() as session:
        paused = pause_sending(session, programme, reason, now)
    if paused.begun:
        print_mails(paused.held, now)
        say(_held(paused))
    else:
        say("It was paused already; the first reason stays.")
    say(paused.pause.sentence)


def resume(
    programme: _Programme = None,
    after_restore: Annotated[
        bool, typer.Option("--after-restore", help="End the pause of a database that was put back from a copy.")
    ] = False,
    skip_due: Annotated[
        bool, typer.Option("--skip-due", help="What is due by now never leaves: it is marked as missed.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Answer the question before mail is caused.")] = False,
) -> None:
    """End a pause; says first how many mails leave at once, to whom and in which languages, and asks.

    The pause of a database that was put back from a copy ends with --after-restore alone: what left after the copy was
    made is not sent by what this database knows, and what is due by now may leave a second time. --skip-due leaves all
    of it out, also what never left.
    """
    chosen = settings()
    moments = clock(chosen)
    now, real_now = moments.now(), None if moments.is_frozen else moments.now()
    with opened(chosen) as database:
        with database.trying() as session:
            seen = content_version(session)
            ahead = resume_sending(session, programme, now, after_restore=after_restore, skip=skip_due)
        if ahead.ended is None:
            say(f"Sending{f' of {programme}' if programme else ''} is not paused.")
            _say_remaining(ahead)
            return
        _show(ahead)
        print_mails(ahead.mails, now)
        ask(ahead.mails, ahead.ask_above, yes=yes)
        with database.writing(None if yes else seen) as session:
            done = resume_sending(
                session, programme, now, after_restore=after_restore, skip=skip_due, real_now=real_now
            )
    say(f"Resumed. {_leaving(done.mails)}")
    _say_remaining(done)


def _held(paused: Paused) -> str:
    count = len(paused.held)
    waiting = f"{count} mails wait" if count > 1 else "1 mail waits" if count else "No mail waits"
    due = "due now" if count == 1 else f"{paused.held.now} of them due now"
    return f"{waiting} behind this pause{f', {due}' if paused.held.now else ''}."


def _show(ahead: Resumed) -> None:
    """What ends, and what becomes of the mails that were due meanwhile."""
    assert ahead.ended is not None
    say(ahead.ended.sentence)
    if ahead.ended.after_restore:
        say(AFTER_RESTORE)
    if ahead.skipped:
        say(f"{_mails(ahead.skipped)} due by now never leave{'s' if ahead.skipped == 1 else ''}.")
    if ahead.too_late:
        say(f"{_mails(ahead.too_late)} will be missed: of no use any more, or a later one leaves instead.")


def _leaving(mails: MailsAhead) -> str:
    if not mails.now:
        return "Nothing is due now."
    return f"{_mails(mails.now)} due now {'leaves' if mails.now == 1 else 'leave'} as soon as a worker runs."


def _say_remaining(resumed: Resumed) -> None:
    for view in resumed.remaining:
        say(view.sentence)


def _mails(count: int) -> str:
    return "1 mail" if count == 1 else f"{count} mails"
