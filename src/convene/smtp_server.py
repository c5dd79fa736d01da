"""The SMTP server that a setting names: where it is, how the connection is secured, who logs in.

Reads the address and no more: no connection is made, no certificate is seen here.
"""

import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

_DEFAULT_PORTS = {"smtp": 25, "smtps": 465}


class Security(StrEnum):
    """How the connection is protected: not at all, by STARTTLS that must succeed (RFC 3207), or TLS from the start."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True)
class SmtpServer:
    """`user` and `password` are both set or both None; the password never shows in a repr."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def place(self) -> str:
        """Host and port as a URL has them: `mail.example:465`, `[::1]:25`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def on_loopback(self) -> bool:
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether `host` can only be this machine: `localhost`, 127.0.0.0/8 or ::1. Asks no name server."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def parse_smtp_url(text: str) -> SmtpServer:
    """Read `smtp://[user:password@]host[:port]` or `smtps://...`; user and password are percent-decoded.

    `smtp` off loopback insists on STARTTLS: a password or an address never crosses a network in the clear.
    Raises ValueError with a sentence that repeats no part of the text, since it may hold a password.
    """
    parts = _split(text)
    if parts.scheme not in _DEFAULT_PORTS:
        raise ValueError("it begins with neither smtp:// nor smtps://")
    if not parts.hostname:
        raise ValueError("it names no host")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("something follows the host and the port")
    user, password = _credentials(parts)
    port = _port(parts)
    return SmtpServer(parts.hostname, port, _security(parts.scheme, parts.hostname), user, password)


def _split(text: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError:
        raise ValueError("it is not a URL") from None  # the cause would print what stands before the @


def _security(scheme: str, host: str) -> Security:
    if scheme == "smtps":
        return Security.TLS
    return Security.NONE if is_loopback(host) else Security.STARTTLS


def _port(parts: SplitResult) -> int:
    try:
        port = parts.port
    except ValueError:  # its own sentence would quote what may be the rest of a password
        port = 0
    if port == 0:
        raise ValueError("its port is not a number from 1 to 65535 (write / ? # @ in a password as %2F %3F %23 %40)")
    return port or _DEFAULT_PORTS[parts.scheme]


def _credentials(parts: SplitResult) -> tuple[str | None, str | None]:
    if not parts.username and not parts.password:
        return None, None
    if not parts.username or not parts.password:
        raise ValueError("it gives a user without a password, or a password without a user")
    return unquote(parts.username), unquote(parts.password)
