"""E-mail addresses: one spelling for one mailbox, and nothing that could break out of a header or an envelope.

RFC 5321 4.5.3.1 (lengths) and 4.1.2 (Dot-string); quoted local parts and address literals are refused, as is a local
part outside ASCII, which most servers do not take (RFC 6531). Domains are kept in ASCII (IDNA 2008).
"""

import re
import unicodedata
from functools import lru_cache

import idna

from convene.programme_file.reading.findings import WrittenValueError, quoted

LONGEST_LOCAL_PART = 64
LONGEST_ADDRESS = 254
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
_EXAMPLE = "write one address, such as name@union.example"


def mail_address(text: str) -> str:
    """The address in NFC, case-folded, with its domain in ASCII. Raises WrittenValueError."""
    address = unicodedata.normalize("NFC", text.strip(" ")).casefold()
    local, at, domain = address.partition("@")
    if not local.isascii():
        raise _refused(text, "has letters outside a-z before the @, which most mail servers refuse.")
    if not at or not _LOCAL_PART.fullmatch(local):
        raise _refused(text, "is not an e-mail address.")
    if len(local) > LONGEST_LOCAL_PART:
        raise _refused(text, f"has more than {LONGEST_LOCAL_PART} characters before the @.")
    whole = f"{local}@{_ascii_domain(domain, text)}"
    if len(whole) > LONGEST_ADDRESS:
        raise _refused(text, f"has more than {LONGEST_ADDRESS} characters.")
    return whole


def lines_naming(address: str, text: str) -> list[int]:
    """The lines of `text`, counted from 1, in which `address` (as `mail_address` gives it) stands in any spelling."""
    local, _, domain = address.partition("@")
    spellings = {f"{local}@{domain}", f"{local}@{idna.decode(domain)}"}
    either = "|".join(re.escape(spelling) for spelling in sorted(spellings))
    whole = re.compile(rf"(?<![a-z0-9!#$%&*+/=?^_{{|}}~.-])(?:{either})(?![\w-]|\.\w)")
    lines = unicodedata.normalize("NFC", text).casefold().split("\n")
    return [number for number, line in enumerate(lines, 1) if whole.search(line)]


def _ascii_domain(domain: str, text: str) -> str:
    # IDNA drops word breaks and soft hyphens in silence; a pasted ZWSP would then be two spellings of one mailbox.
    encoded = None if _INVISIBLE.search(domain) else _encoded(domain)
    if encoded is None or encoded.rpartition(".")[2].isdigit():
        raise _refused(text, "has no domain that mail could reach.")
    if "." not in encoded:
        raise _refused(text, "has a domain without a dot.")
    return encoded


@lru_cache(maxsize=4096)
def _encoded(domain: str) -> str | None:
    if domain.endswith("."):
        return None
    try:
        return idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return None


def _refused(text: str, why: str) -> WrittenValueError:
    return WrittenValueError(f"{quoted(text)} {why}", _EXAMPLE)
