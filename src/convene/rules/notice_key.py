"""The public name of a notice: its row's number, enciphered into 16 characters that say nothing about anybody.

Worked out, not stored: a column of random names, with the index to find them by, would cost as much as all the rest
of a notice's row. The secret belongs to the database and never changes, so a key is stable for ever, and those of two
databases do not meet. A key is a name, not a permission: links have tokens (`link_token.py`).
"""

import hashlib

_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
"""Ten bits as two characters."""
_LENGTH = 16
_HALF_BITS = 40
_HALF = (1 << _HALF_BITS) - 1
_ROUNDS = 4


def notice_key(number: int, secret: bytes) -> str:
    """The key of row `number` (1 or more, below 2**63): a Feistel network of four rounds over 80 bits."""
    left, right = number >> _HALF_BITS, number & _HALF
    for turn in range(_ROUNDS):
        left, right = right, left ^ _mixed(right, turn, secret)
    block = left << _HALF_BITS | right
    return "".join([_PAIRS[block >> shift & 1023] for shift in range(70, -1, -10)])


def notice_number(key: str, secret: bytes) -> int | None:
    """The row's number behind a key; None for anything that is no key of this database."""
    if len(key) != _LENGTH or not set(key) <= set(_ALPHABET):
        return None
    block = 0
    for character in key:
        block = block << 5 | _ALPHABET.index(character)
    left, right = block >> _HALF_BITS, block & _HALF
    for turn in reversed(range(_ROUNDS)):
        left, right = right ^ _mixed(left, turn, secret), left
    number = left << _HALF_BITS | right
    return number if 0 < number < 1 << 63 else None


def _mixed(half: int, turn: int, secret: bytes) -> int:
    message = bytes([turn]) + half.to_bytes(5)
    return int.from_bytes(hashlib.blake2b(message, digest_size=5, key=secret).digest())
