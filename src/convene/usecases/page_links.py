"""The links in mails that only their reader has."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from convene.rules.link_token import make_token
from convene.smtp_server import is_loopback

UNSUBSCRIBE_PURPOSE = "unsubscribe"


@dataclass(frozen=True)
class PageLinks:
    """`one_click`: mail programs may unsubscribe by themselves, which RFC 8058 allows over https alone."""

    base_url: str
    keys: tuple[bytes, ...]

    @property
    def one_click(self) -> bool:
        return self.base_url.startswith("https://")

    def unsubscribe(self, public_id: str, generation: int) -> str:
        """The address of the page that stops a person's mails; microseconds, since every mail asks."""
        return f"{self.base_url}/u/{make_token(public_id, UNSUBSCRIBE_PURPOSE, generation, self.keys)}"


def page_links(base_url: str, keys: Sequence[bytes]) -> PageLinks | None:
    """None without a key, and where the base address is this machine: a mail links only to pages that answer."""
    if not keys or is_loopback(urlsplit(base_url).hostname or ""):
        return None
    return PageLinks(base_url.rstrip("/"), tuple(keys))
