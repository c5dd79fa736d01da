"""`convene worker` and `convene serve`: what runs until it is stopped."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from convene.cli.opening import clock, opened, settings
from convene.cli.tables import say
from convene.usecases.deliver_notices import Delivered, Delivery


def command(name: str) -> Any:
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    functions: dict[str, Callable[..., None]] = {"worker": worker, "serve": serve}
    app.command(name)(functions[name])
    return typer.main.get_command(app)


def worker(
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End when nothing is due.")] = False,
) -> None:
    """Send what is due, until it is stopped."""
    from convene.mail.smtp import SmtpRelay  # `serve` in the same file speaks no SMTP
    from convene.worker.run_worker import run_until_idle, run_worker

    chosen = settings()
    run = run_until_idle if until_idle else run_worker
    with opened(chosen) as database:
        run(Delivery(database, SmtpRelay(chosen.smtp), clock(chosen), chosen.mail_from), _tell, _tell_stopping)


def serve(
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="The port to listen on.")] = 8000,
) -> None:
    """Serve the calendar feeds and the unsubscribe page over HTTP, until it is stopped."""
    from convene.web.feed_reading import feed_app  # `worker` in the same file serves nothing
    from convene.web.server import serve as serve_app

    chosen = settings()
    with opened(chosen) as database:
        if not chosen.secret_keys:
            say("No CONVENE_SECRET_KEY is set: no feed and no page can be opened.")
        say(f"Serving on http://{host}:{port}")
        serve_app(feed_app(database, chosen.secret_keys, clock(chosen)), host, port)


def _tell(delivered: Delivered) -> None:
    say(", ".join(f"{count} {state.value}" for state, count in delivered.states.items()))


def _tell_stopping() -> None:
    say("Stopping; a mail on its way is finished first.")
