"""The body of a form that was sent: its fields, in either of the two encodings that browsers and mail services use."""

import asyncio
import re
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

LARGEST = 65_536
"""Octets; what is longer is answered by 413."""

PATIENCE_SECONDS = 4.0
"""For all of a form, however small the pieces that it comes in; what takes longer is answered by 408. Less than what a
server that stops waits for its answers (`server.STOP_SECONDS`)."""

_MOST_FIELDS = 100
_URLENCODED, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_BOUNDARY = re.compile(r'boundary="?([^";]{1,70})"?', re.IGNORECASE)
_NAME = re.compile(rb'\bname="?([^";\n]+)"?', re.IGNORECASE)


async def read_form(request: Request) -> dict[str, str]:
    """The fields by name; of several with one name the last.

    Raises HTTPException: 415 for another content type, 413 for too much, 408 for what does not come, 400 for no form.
    """
    content_type = request.headers.get("content-type", "")
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in (_URLENCODED, _MULTIPART):
        raise HTTPException(415, f"Send a form: {_URLENCODED} or {_MULTIPART}.")
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            body = await _body(request)
    except TimeoutError as error:
        # The rest would be taken for the next request.
        raise HTTPException(408, "The form did not arrive in time.", {"connection": "close"}) from error
    except ClientDisconnect as error:
        raise HTTPException(400, "The form broke off.") from error  # for nobody; a fault would fill the log
    fields = _urlencoded(body) if media_type == _URLENCODED else _multipart(body, content_type)
    if fields is None:
        raise HTTPException(400, "This is no form that can be read.")
    return fields


async def _body(request: Request) -> bytes:
    declared = request.headers.get("content-length", "")
    body = bytearray()
    if not declared.isdecimal() or int(declared) <= LARGEST:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST:
                break
        else:
            return bytes(body)
    raise HTTPException(413, f"A form may have {LARGEST // 1024} KiB.")


def _urlencoded(body: bytes) -> dict[str, str] | None:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:  # not UTF-8, or too many fields
        return None


def _multipart(body: bytes, content_type: str) -> dict[str, str] | None:
    """RFC 7578, without files: what stands before an empty line names the field, what follows is its value."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        return None
    parts = body.replace(b"\r\n", b"\n").split(b"--" + boundary[1].encode())
    fields: dict[str, str] = {}
    for part in parts[1:-1]:
        head, _, value = part.partition(b"\n\n")
        if name := _NAME.search(head):
            fields[name[1].decode("utf-8", "replace")] = value.removesuffix(b"\n").decode("utf-8", "replace")
    return fields
