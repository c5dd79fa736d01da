"""Floods are slowed down by peer, whatever they write into their headers."""

from ipaddress import ip_network

import pytest
from starlette.types import Scope

from convene.web.peer_limits import FORMS, MISSES, PeerLimits

PROXIES = (ip_network("10.0.0.0/8"), ip_network("2001:db8:1::/48"))


def scope(client: str | None, *forwarded: str) -> Scope:
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    return {"type": "http", "client": (client, 1234) if client else None, "headers": headers}


def exhausted(limits: PeerLimits, peer: Scope) -> int:
    """How many misses are left to a peer."""
    count = 0
    while limits.may_miss(peer):
        count += 1
    return count


def test_so_many_at_once_and_then_one_by_one() -> None:
    now = [0.0]
    limits = PeerLimits(lambda: now[0])
    peer = scope("192.0.2.1")
    first = exhausted(limits, peer)
    now[0] += MISSES.seconds
    second = exhausted(limits, peer)
    now[0] += 1e6

    assert (first, second, exhausted(limits, peer)) == (MISSES.at_once, 1, MISSES.at_once)


def test_forms_and_misses_are_counted_apart_and_peers_by_themselves() -> None:
    limits = PeerLimits(lambda: 0.0)
    exhausted(limits, scope("192.0.2.1"))

    assert [limits.may_send(scope("192.0.2.1")) for _ in range(FORMS.at_once + 1)] == [True] * FORMS.at_once + [False]
    assert limits.may_miss(scope("192.0.2.2"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        (None, "not an address", True),
    ],
)
def test_a_peer_is_an_address_or_a_network_of_one_customer(one: str | None, other: str, same: bool) -> None:
    limits = PeerLimits(lambda: 0.0)
    exhausted(limits, scope(one))

    assert limits.may_miss(scope(other)) is not same


@pytest.mark.parametrize("client", ["192.0.2.1", "2001:db8:2::1"])
def test_a_forged_x_forwarded_for_has_no_effect(client: str) -> None:
    limits = PeerLimits(lambda: 0.0, PROXIES)
    exhausted(limits, scope(client))

    assert not limits.may_miss(scope(client, "198.51.100.7"))
    assert not limits.may_miss(scope(client, "10.0.0.1"))
    assert limits.may_miss(scope("198.51.100.7")), "nobody was counted in another's place"


@pytest.mark.parametrize(
    ("forwarded", "peer"),
    [
        (["192.0.2.1"], "192.0.2.1"),
        (["198.51.100.7, 192.0.2.1"], "192.0.2.1"),  # the first was written by the reader
        (["198.51.100.7, 192.0.2.1, 10.9.9.9"], "192.0.2.1"),
        (["198.51.100.7", "192.0.2.1"], "192.0.2.1"),
        (["nonsense"], "10.0.0.1"),
        (["192.0.2.1, nonsense"], "10.0.0.1"),
        ([""], "10.0.0.1"),
        ([], "10.0.0.1"),
        (["10.1.1.1"], "10.0.0.1"),
    ],
)
def test_behind_trusted_proxies_the_peer_is_the_last_stranger(forwarded: list[str], peer: str) -> None:
    limits = PeerLimits(lambda: 0.0, PROXIES)
    exhausted(limits, scope("10.0.0.1", *forwarded))

    assert not limits.may_miss(scope("10.0.0.1", peer) if peer != "10.0.0.1" else scope("10.0.0.1"))


def test_more_peers_than_are_kept_do_not_fill_the_memory() -> None:
    limits = PeerLimits(lambda: 0.0)
    for number in range(11_000):
        limits.may_miss(scope(f"198.{number // 65_536}.{number // 256 % 256}.{number % 256}"))

    assert len(limits._misses._buckets) == 10_000
