"""`convene config show`: the settings in force, and where each comes from."""

from typing import Annotated, Any

import typer

from convene.cli.command_group import command_group
from convene.cli.opening import settings
from convene.cli.tables import print_json, print_table
from convene.settings import Settings
from convene.settings_table import SETTINGS
from convene.smtp_server import Security, SmtpServer

_MASK = "***"

app = command_group("Show the settings.")


def command(_: str) -> Any:
    return typer.main.get_command(app)


@app.callback()
def config() -> None:
    """Show the settings."""


@app.command("show")
def show_command(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Every setting with its value and where that comes from; users, passwords and keys are masked."""
    chosen = settings()
    shown = _shown(chosen)
    rows = [(setting, shown[setting.key], chosen.source[setting.key]) for setting in SETTINGS]
    if as_json:
        items = [
            {"key": setting.key, "variable": setting.variable, "value": value, "source": source}
            for setting, value, source in rows
        ]
        print_json("settings", items)
        return
    table = [(setting.key, value or "not set", source, setting.variable) for setting, value, source in rows]
    print_table(("setting", "value", "from", "variable"), table)


def _shown(chosen: Settings) -> dict[str, str | None]:
    """The value of each key as text, without what is secret; None = not set."""
    return {
        "database_url": _without_login(chosen.database_url),
        "smtp_url": _smtp(chosen.smtp),
        "smtp_connections": str(chosen.smtp_connections),
        "smtp_rate": str(chosen.smtp_rate) if chosen.smtp_rate else None,
        "base_url": chosen.base_url,
        "trusted_proxies": " ".join(map(str, chosen.trusted_proxies)) or None,
        "secret_key": " ".join(_MASK for _ in chosen.secret_keys) or None,
        "mail_from": chosen.mail_from,
        "state_folder": str(chosen.state_folder),
        "now": chosen.now.strftime("%Y-%m-%dT%H:%M:%SZ") if chosen.now else None,
    }


def _without_login(url: str) -> str:
    """The address of a database without user, password and options, which may hold one, too."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return url
    login, at, place = rest.partition("?")[0].rpartition("@")
    return f"{scheme}://{f'{_MASK}@' if login or at else ''}{place}"


def _smtp(server: SmtpServer) -> str:
    scheme = "smtps" if server.security is Security.TLS else "smtp"
    return f"{scheme}://{f'{_MASK}@' if server.user else ''}{server.place}"
