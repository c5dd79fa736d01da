"""No text becomes a header of its own."""

import pytest

from convene.mail.header_safety import (
    ALLOWED_HEADERS,
    HeaderError,
    check_headers,
    clean_name,
    plain_address,
    single_line,
)


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\0", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\t", "\ud800"])
def test_a_line_break_or_control_character_is_refused(sign: str) -> None:
    with pytest.raises(HeaderError):
        single_line(f"A{sign}Bcc: x@y.example", "subject")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@b.example",
        "a b@c.example",
        "a@b.example,c@d.example",
        "a@b.example\r\nTo: x@y.example",
        "<a@b.example>",
    ],
)
def test_what_is_not_one_address_is_refused(address: str) -> None:
    with pytest.raises(HeaderError):
        plain_address(address, "recipient")


@pytest.mark.parametrize("address", ["a@b.example", "a+tag@xn--b-1ga.example", "ខ្មែរ@b.example", "o'neil@b.example"])
def test_an_address_is_taken(address: str) -> None:
    assert plain_address(address, "recipient") == address


def test_a_name_loses_the_signs_that_relays_refuse() -> None:
    assert clean_name('Sok "the@boss": A, B; C', "name") == "Sok the boss A B C"


def test_a_long_name_is_cut_at_a_space() -> None:
    name = clean_name("អ្នកចូលរួម " * 20, "name")
    assert len(name) <= 75
    assert name.endswith("អ្នកចូលរួម")
    assert len(clean_name("A" * 200, "name")) == 75


def test_a_mail_with_a_header_too_many_is_refused() -> None:
    headers = "".join(f"{name}: x\r\n" for name in ALLOWED_HEADERS)
    check_headers(f"{headers}\r\n".encode(), "x")
    with pytest.raises(HeaderError, match="Bcc"):
        check_headers(f"Bcc: x\r\n{headers}\r\n".encode(), "x")


def test_a_mail_that_reads_with_another_subject_is_refused() -> None:
    headers = "".join(f"{name}: x\r\n" for name in ALLOWED_HEADERS)
    with pytest.raises(HeaderError, match="subject"):
        check_headers(f"{headers}\r\n".encode(), "y")
