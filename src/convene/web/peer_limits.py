"""How often one peer may ask for what is not there, and send forms: floods are slowed down, readers never.

Counted per address, of IPv6 per /64, which is what one customer has. Behind proxies that were named as trusted, the
peer is the last address in X-Forwarded-For that is not one of theirs; anybody else may write there what they like.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from starlette.types import Scope

from convene.settings_table import Network

_MOST_PEERS = 10_000
_IPV6_CUSTOMER = 64


@dataclass(frozen=True)
class Allowance:
    """So many at once, and one more every so many seconds."""

    at_once: int
    seconds: float


MISSES = Allowance(at_once=60, seconds=1.0)
"""For addresses that lead nowhere. A person mistypes one; a scanner tries thousands."""

FORMS = Allowance(at_once=300, seconds=0.1)
"""For POSTs. Generous, because a mail service unsubscribes many people from a few addresses of its own."""


class PeerLimits:
    """`seconds` is a clock that only ever rises."""

    def __init__(self, seconds: Callable[[], float], trusted_proxies: Sequence[Network] = ()) -> None:
        self._trusted = trusted_proxies
        self._misses = _Buckets(MISSES, seconds)
        self._forms = _Buckets(FORMS, seconds)

    def may_miss(self, scope: Scope) -> bool:
        """Count a request for what is not there; False where there were too many."""
        return self._misses.take(self._peer(scope))

    def may_send(self, scope: Scope) -> bool:
        """Count a form; False where there were too many."""
        return self._forms.take(self._peer(scope))

    def _peer(self, scope: Scope) -> str:
        client = scope.get("client")
        address = _parsed(client[0]) if client else None
        if address is not None and self._is_trusted(address):
            forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
            address = self._first_stranger(forwarded.decode("latin-1").split(",")) or address
        if isinstance(address, IPv6Address):
            return str(IPv6Network((address, _IPV6_CUSTOMER), strict=False))
        return str(address)

    def _first_stranger(self, hops: Iterable[str]) -> IPv4Address | IPv6Address | None:
        """From the nearest hop back, the first address that is no trusted proxy; None at what is no address."""
        for hop in reversed(list(hops)):
            address = _parsed(hop.strip())
            if address is None or not self._is_trusted(address):
                return address
        return None

    def _is_trusted(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._trusted)


class _Buckets:
    """A bucket for each peer, full at first. Of more peers than are kept, who came least lately is forgotten."""

    def __init__(self, allowance: Allowance, seconds: Callable[[], float]) -> None:
        self._allowance = allowance
        self._seconds = seconds
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, peer: str) -> bool:
        now = self._seconds()
        left, since = self._buckets.pop(peer, (float(self._allowance.at_once), now))
        left = min(self._allowance.at_once, left + (now - since) / self._allowance.seconds)
        self._buckets[peer] = (left - 1 if left >= 1 else left, now)
        if len(self._buckets) > _MOST_PEERS:
            self._buckets.popitem(last=False)
        return left >= 1


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
