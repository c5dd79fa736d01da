"""Tokens of links: `<id>.<mac>`, a key to one thing for one person (design promise 8).

Nothing secret is stored: the mac is made again from the public id of the link's row, its purpose and its generation.
Raising the generation revokes every token printed before. Looking up the row is left to the caller.
"""

import base64
import hmac
import re
from collections.abc import Sequence

from convene.errors import ConveneError

MAC_BYTES = 20
"""160 bits: exactly 32 letters of base32, so that no padding is needed."""

_ID = r"[a-z0-9]{1,64}"
_PUBLIC_ID = re.compile(_ID, re.ASCII)
_TOKEN = re.compile(rf"(?P<id>{_ID})\.(?P<mac>[a-z2-7]{{32}})", re.ASCII)
_IN_A_TEXT = re.compile(rf"(?<![a-z0-9.]){_TOKEN.pattern}(?![a-z0-9])", re.ASCII)


class LinkKeyError(ConveneError):
    """Links cannot be made: there is no secret key, or an id that no token can carry."""


def make_token(public_id: str, purpose: str, generation: int, keys: Sequence[bytes]) -> str:
    """The token of a link, signed with the first of `keys`. `public_id` is made of a-z and 0-9, at most 64."""
    if not _PUBLIC_ID.fullmatch(public_id):
        raise LinkKeyError(f"{public_id!r} cannot be the public id of a link.", "use a-z and 0-9, at most 64")
    if not keys:
        remedy = 'set CONVENE_SECRET_KEY, as made by: python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
        raise LinkKeyError("Links need a secret key, and none is set.", remedy)
    return f"{public_id}.{_mac(public_id, purpose, generation, keys[0])}"


def parse_token(token: str) -> tuple[str, str] | None:
    """The public id and the mac of something that looks like a token; None for anything else. Checks no signature."""
    match = _TOKEN.fullmatch(token)
    return (match["id"], match["mac"]) if match else None


def without_tokens(text: str, instead: str) -> str:
    """`text` with `instead` in the place of everything that looks like a token: for other eyes than the reader's."""
    return _IN_A_TEXT.sub(instead, text)


def check_token(token: str, purpose: str, generation: int, keys: Sequence[bytes]) -> bool:
    """Whether one of `keys` signed `token` for this purpose and generation.

    Takes the same time whether the first letter of the mac is wrong or the last, whichever key fits.
    """
    parsed = parse_token(token)
    if parsed is None:
        return False
    public_id, mac = parsed
    fits = [hmac.compare_digest(mac, _mac(public_id, purpose, generation, key)) for key in keys]
    return any(fits)


def is_revoked_token(token: str, purpose: str, generation: int, keys: Sequence[bytes]) -> bool:
    """Whether `token` was right in a generation (counted from 1) before `generation`: answered by 410, not 404."""
    return is_signed_token(token, purpose, generation - 1, keys)


def is_signed_token(token: str, purpose: str, newest_generation: int, keys: Sequence[bytes]) -> bool:
    """Whether `token` was ours in any generation from 1 to the newest: no row is needed to turn the others away.

    Takes the same time for all of them.
    """
    checks = [check_token(token, purpose, generation, keys) for generation in range(1, newest_generation + 1)]
    return any(checks)


def _mac(public_id: str, purpose: str, generation: int, key: bytes) -> str:
    # NUL stands in none of the three, so that no two different links sign the same bytes.
    message = "\0".join((purpose, public_id, str(generation))).encode()
    digest = hmac.digest(key, message, "sha256")
    return base64.b32encode(digest[:MAC_BYTES]).decode("ascii").lower()
