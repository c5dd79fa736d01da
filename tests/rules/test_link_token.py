"""Tokens of links: a key to one thing for one person, that can be printed again and revoked (design promise 8)."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convene.rules.link_token import (
    LinkKeyError,
    check_token,
    is_revoked_token,
    make_token,
    parse_token,
    without_tokens,
)

KEYS = (b"the first key", b"the key before it")


def test_a_token_is_the_id_and_160_bits_in_lower_case_base32() -> None:
    public_id, mac = make_token("k3v9", "feed", 1, KEYS).split(".")

    assert public_id == "k3v9"
    assert mac == mac.lower()
    assert len(base64.b32decode(mac.upper())) * 8 == 160


def test_the_same_link_can_be_printed_again() -> None:
    assert make_token("k3v9", "feed", 1, KEYS) == make_token("k3v9", "feed", 1, KEYS)


def test_a_token_opens_what_it_was_made_for_and_nothing_else() -> None:
    token = make_token("k3v9", "feed", 2, KEYS)

    assert check_token(token, "feed", 2, KEYS)
    assert not check_token(token, "invitation", 2, KEYS)
    assert not check_token(token, "feed", 1, KEYS)
    assert not check_token(token, "feed", 3, KEYS)
    assert not check_token(token.replace("k3v9", "k3v8"), "feed", 2, KEYS)


def test_no_part_can_be_moved_into_its_neighbour() -> None:
    assert make_token("a1", "feed", 1, KEYS) != make_token("a", "feed", 11, KEYS)
    assert make_token("a1", "feed", 1, KEYS)[3:] != make_token("1", "feeda", 1, KEYS)[2:]


def test_the_first_key_signs_and_both_check() -> None:
    old = make_token("k3v9", "feed", 1, KEYS[1:])

    assert make_token("k3v9", "feed", 1, KEYS) == make_token("k3v9", "feed", 1, KEYS[:1])
    assert check_token(old, "feed", 1, KEYS)
    assert not check_token(old, "feed", 1, KEYS[:1])


def test_a_token_of_an_earlier_generation_is_known_to_be_revoked() -> None:
    first, second = (make_token("k3v9", "feed", generation, KEYS) for generation in (1, 2))

    assert is_revoked_token(first, "feed", 2, KEYS)
    assert not is_revoked_token(second, "feed", 2, KEYS)
    assert not is_revoked_token(first, "invitation", 2, KEYS)


@pytest.mark.parametrize("changed", range(32))
def test_every_letter_of_the_mac_counts(changed: int) -> None:
    token = make_token("k3v9", "feed", 1, KEYS)
    place = len("k3v9.") + changed
    other = "a" if token[place] != "a" else "b"

    assert not check_token(token[:place] + other + token[place + 1 :], "feed", 1, KEYS)


MAC = "a" * 32


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        ".",
        f".{MAC}",
        "k3v9.",
        f"k3v9.{MAC[1:]}",
        f"k3v9.{MAC}a",
        f"k3v9.{MAC}\n",
        f"k3v9.{MAC.upper()}",
        f"K3V9.{MAC}",
        f"k3v9.{MAC[1:]}1",
        f"k3v9.{MAC}.{MAC}",
        f"../k3v9.{MAC}",
        f"k3v9\0.{MAC}",
        f"k៣v9.{MAC}",
        f"k٣v9.{MAC}",
        f"{'k' * 65}.{MAC}",
        "\ud800",
    ],
)
def test_what_cannot_be_a_token_is_none(garbage: str) -> None:
    assert parse_token(garbage) is None
    assert not check_token(garbage, "feed", 1, KEYS)


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert not check_token(text, "feed", 1, KEYS)


def test_without_a_key_no_token_is_made_and_none_fits() -> None:
    with pytest.raises(LinkKeyError, match="secret key"):
        make_token("k3v9", "feed", 1, ())

    assert not check_token(make_token("k3v9", "feed", 1, KEYS), "feed", 1, ())


@pytest.mark.parametrize("public_id", ["", "K3V9", "a.b", "a b", "ក", "a" * 65])
def test_an_id_that_no_token_can_carry_is_refused(public_id: str) -> None:
    with pytest.raises(LinkKeyError, match="public id"):
        make_token(public_id, "feed", 1, KEYS)


def test_tokens_are_taken_out_of_a_text_and_nothing_else_is() -> None:
    token = make_token("k3v9", "unsubscribe", 1, KEYS)
    text = "See https://convene.example/u/{0}, https://convene.example/a.b/{0}?x=1 or <a href='/u/{0}'>; v1.23, a.b"

    assert without_tokens(text.format(token), "gone") == text.format("gone")
