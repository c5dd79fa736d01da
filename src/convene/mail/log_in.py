"""Logging in to an SMTP server (RFC 4954)."""

from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPException

_CLOSES = 421


async def log_in(client: SMTP, user: str, password: str) -> None:
    """Log in by one of the ways that both sides know, each in turn; the hello must have been said.

    Raises SMTPAuthenticationError with the server's refusal also where it hung up, or said goodbye, before another way
    was tried: many do so once they refused. SMTPException where it knows no way that we know.
    """
    refusal: SMTPAuthenticationError | None = None
    for way in client.supported_auth_methods:
        try:
            await getattr(client, f"auth_{way.replace('-', '')}")(user, password)
        except SMTPAuthenticationError as error:
            refusal = refusal if refusal and error.code == _CLOSES else error
        except SMTPException as error:
            raise refusal or error from error
        else:
            return
    if refusal is not None:
        raise refusal
    await client.login(user, password)  # says what the server lacks
