"""The first word to an SMTP server."""

from aiosmtplib import SMTP, SMTPHeloError

_UNKNOWN_COMMAND = (500, 502, 504)


async def say_hello(client: SMTP) -> None:
    """EHLO, or HELO to a server that knows no better (RFC 5321 3.2), and then offers nothing.

    Raises SMTPHeloError where it refuses us.
    """
    try:
        await client.ehlo()
    except SMTPHeloError as refused:
        if refused.code not in _UNKNOWN_COMMAND:
            raise
        await client.helo()
