"""`convene worker`, `serve` and `up`: what runs until it is stopped."""

import threading
from collections.abc import Callable
from typing import Annotated, Any

import typer
from starlette.types import ASGIApp

from convene.cli.opening import clock, links, opened, settings, worker_clock
from convene.cli.tables import say
from convene.settings import Settings
from convene.store.database import Database
from convene.usecases.delivery.deliver_notices import Delivered
from convene.usecases.delivery.delivery import Delivery

_Host = Annotated[str, typer.Option("--host", metavar="ADDRESS", help="The address to listen on.")]
_Port = Annotated[int, typer.Option("--port", metavar="PORT", help="The port to listen on.")]


def command(name: str) -> Any:
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    functions: dict[str, Callable[..., None]] = {"worker": worker, "serve": serve, "up": up}
    app.command(name)(functions[name])
    return typer.main.get_command(app)


def worker(
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End when nothing is due.")] = False,
) -> None:
    """Send what is due, until it is stopped."""
    from convene.worker.run_worker import run_until_idle, run_worker  # `serve` in the same file sends nothing

    chosen = settings()
    run = run_until_idle if until_idle else run_worker
    with opened(chosen) as database:
        _tell_pauses(database, but_of_everything=until_idle)  # of which it ends with an error
        run(_delivery(chosen, database), _tell, _tell_stopping)


def serve(host: _Host = "127.0.0.1", port: _Port = 8000) -> None:
    """Serve the calendar feeds, and the pages for their readers, over HTTP, until it is stopped."""
    from convene.web.server import serve as serve_app  # `worker` in the same file serves nothing

    chosen = settings()
    with opened(chosen) as database:
        serve_app(_web(chosen, database), host, port, _tell_address)


def up(host: _Host = "127.0.0.1", port: _Port = 8000) -> None:
    """Send what is due and serve feeds and pages, both in this process, until it is stopped.

    Told to stop, the worker finishes the mails on their way, and feeds are served until then. Where nothing can be
    served any more the worker stops as well, and the command ends 1.
    """
    from convene.web.server import running_server
    from convene.worker.run_worker import run_worker

    chosen = settings()
    served = threading.Event()
    with opened(chosen) as database, running_server(_web(chosen, database), host, port, served) as address:
        _tell_address(address)
        _tell_pauses(database)
        run_worker(_delivery(chosen, database), _tell, _tell_stopping, until=served)


def _delivery(chosen: Settings, database: Database) -> Delivery:
    from convene.mail.smtp_pool import RelayLimits, SmtpRelay  # `serve` speaks no SMTP
    from convene.worker.restore_guard import guard_beside

    limits = RelayLimits(chosen.smtp_connections, rate=chosen.smtp_rate)
    return Delivery(
        database,
        SmtpRelay(chosen.smtp, limits),
        worker_clock(chosen, database),
        mail_from=chosen.mail_from,
        links=links(chosen),
        guard=guard_beside(chosen.state_folder, database),
    )


def _web(chosen: Settings, database: Database) -> ASGIApp:
    from convene.web.feed_reading import feed_app  # `worker` serves nothing

    if not chosen.secret_keys:
        say("No CONVENE_SECRET_KEY is set: no feed and no page can be opened.")
    return feed_app(database, chosen.secret_keys, clock(chosen), chosen.trusted_proxies, chosen.base_url)


def _tell(delivered: Delivered) -> None:
    done = [f"{count} {state.value}" for state, count in delivered.states.items()]
    if delivered.trouble:
        done.append(f"the SMTP server takes no mail: {delivered.trouble}; trying again")
    say(", ".join(done))


def _tell_pauses(database: Database, *, but_of_everything: bool = False) -> None:
    """A worker that sends nothing, or not all that is due, says why."""
    from convene.usecases.delivery.show_pauses import show_pauses  # `serve` sends nothing

    with database.reading() as session:
        pauses = show_pauses(session)
    for pause in pauses:
        if pause.programme is not None or not but_of_everything:
            say(pause.sentence)


def _tell_address(url: str) -> None:
    say(f"Serving on {url}")


def _tell_stopping() -> None:
    say("Stopping; a mail on its way is finished first.")
