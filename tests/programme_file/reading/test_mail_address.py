"""Addresses: one spelling for one mailbox; nothing that could break out of an envelope."""

import pytest

from convene.programme_file.reading.findings import WrittenValueError
from convene.programme_file.reading.mail_address import lines_naming, mail_address


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Staff@JILAF.Example", "staff@jilaf.example"),
        ("a+tag@c.org", "a+tag@c.org"),
        (" a@b.org ", "a@b.org"),
        ("user@ខ្មែរ.example", "user@xn--j2e0cg3n2c.example"),
        ("user@xn--j2e0cg3n2c.example", "user@xn--j2e0cg3n2c.example"),
        ("x" * 64 + "@b.org", "x" * 64 + "@b.org"),
    ],
)
def test_an_address_has_one_spelling(written: str, address: str) -> None:
    assert mail_address(written) == address


@pytest.mark.parametrize(
    "written",
    [
        "a@", "@b.org", "a b@c.org", "a@b", "a@b.org,c@d.org", '"a b"@c.org', "a@[127.0.0.1]", "a@127.0.0.1",
        "a..b@c.org", ".a@c.org", "x" * 65 + "@b.org", f"a@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 61}.org",
        "a@b.org\r\nRCPT TO:<x@y.z>", "a@b.org\n", "a@b.org.", "a@b_c.org", "a@ex\u200bample.org",
        "é@b.org", "a@b@c.org", "<a@b.org>", "a@b.org\x00", "",
    ],
)  # fmt: skip
def test_what_is_no_single_plain_address_is_refused(written: str) -> None:
    with pytest.raises(WrittenValueError):
        mail_address(written)


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        ("a: 1\nb: user@khmer.example\n# User@Khmer.Example, too", [2, 3]),
        ("[other@x.example,user@khmer.example]", [1]),
        ("<user@khmer.example>. mailto:user@khmer.example", [1]),
        ("super-user@khmer.example", []),
        ("x.user@khmer.example", []),
        ("user@khmer.example.kh", []),
        ("user@khmer.example-kh.example", []),
        ("user@khmerxexample", []),
    ],
)
def test_an_address_is_found_where_it_stands_whole(written: str, lines: list[int]) -> None:
    assert lines_naming("user@khmer.example", written) == lines


def test_an_address_is_found_in_either_spelling_of_its_domain() -> None:
    address = mail_address("user@ខ្មែរ.example")

    assert lines_naming(address, f"a: user@ខ្មែរ.example\nb: {address}\nc: user@other.example") == [1, 2]
