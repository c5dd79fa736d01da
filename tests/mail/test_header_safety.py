"""No text becomes a header of its own."""

from collections.abc import Iterable

import pytest

from convene.mail.header_safety import (
    ALLOWED_HEADERS,
    HeaderError,
    check_headers,
    check_personal_headers,
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


def test_a_name_cannot_turn_round_the_address_behind_it() -> None:
    assert clean_name("The office\u202e", "name") == clean_name("\u2067The office", "name") == "The office"
    assert clean_name("\u2068عبد الله\u2069", "name") == "عبد الله"


def test_a_long_name_is_cut_at_a_space() -> None:
    name = clean_name("អ្នកចូលរួម " * 20, "name")
    assert len(name) <= 75
    assert name.endswith("អ្នកចូលរួម")
    assert len(clean_name("A" * 200, "name")) == 75


def written(names: Iterable[str]) -> bytes:
    return "".join(f"{name}: x\r\n" for name in names).encode() + b"\r\n"


@pytest.mark.parametrize("allowed", sorted(ALLOWED_HEADERS))
def test_a_mail_with_a_header_too_many_or_too_few_or_twice_is_refused(allowed: tuple[str, ...]) -> None:
    check_headers(written(allowed), "x")

    for names in (("Bcc", *allowed), allowed[1:], (*allowed, allowed[0]), tuple(reversed(allowed))):
        with pytest.raises(HeaderError):
            check_headers(written(names), "x")


def test_the_refusal_names_the_header_that_should_not_be_there() -> None:
    with pytest.raises(HeaderError, match="Bcc"):
        check_headers(written(("Bcc", *min(ALLOWED_HEADERS))), "x")


def test_the_link_to_unsubscribe_stands_alone_or_with_its_post_and_never_the_post_alone() -> None:
    assert {("List-Unsubscribe" in names, "List-Unsubscribe-Post" in names) for names in ALLOWED_HEADERS} == {
        (False, False),
        (True, False),
        (True, True),
    }


PERSONAL = ("To", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post")


def personal(names: Iterable[str]) -> bytes:
    """The lines that are a reader's own, without the end of the last one."""
    return written(names).removesuffix(b"\r\n\r\n")


@pytest.mark.parametrize("count", [3, 4, 5])
def test_the_lines_of_a_reader_are_those_and_no_others(count: int) -> None:
    allowed = PERSONAL[:count]
    check_personal_headers(personal(allowed))

    for names in (("Bcc", *allowed), allowed[1:], (*allowed, "Bcc"), (*allowed, allowed[0]), tuple(reversed(allowed))):
        with pytest.raises(HeaderError):
            check_personal_headers(personal(names))


@pytest.mark.parametrize("smuggled", [b"x\nBcc: y", b"x\rBcc: y", b"x\r\nBcc: y", b"x\0y", b"x\r\n", b"x\r\n\r\nhello"])
def test_a_line_break_or_nul_in_the_line_of_a_reader_is_refused(smuggled: bytes) -> None:
    with pytest.raises(HeaderError):
        check_personal_headers(personal(PERSONAL).replace(b"To: x", b"To: " + smuggled))


def test_a_folded_line_belongs_to_the_header_above() -> None:
    check_personal_headers(personal(PERSONAL).replace(b"To: x", b"To: x\r\n more\r\n\tof it"))


def test_a_mail_that_reads_with_another_subject_is_refused() -> None:
    with pytest.raises(HeaderError, match="subject"):
        check_headers(written(min(ALLOWED_HEADERS)), "y")
