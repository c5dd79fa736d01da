"""What the headers of a request say: RFC 9110, 12.5.3 and 13.1.2."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convene.web.feed_request import asked, codings, matches

ETAG = b'"0123abc"'
opaque = st.binary(max_size=12).map(lambda raw: bytes(byte for byte in raw if byte == 0x21 or 0x23 <= byte <= 0x7E))
tags = st.builds(lambda weak, text: weak + b'"' + text + b'"', st.sampled_from([b"", b"W/"]), opaque)
spaces = st.sampled_from([b"", b" ", b"\t", b"  "])


def listed(members: list[bytes], gaps: list[bytes]) -> bytes:
    return b"".join(member + gap + b"," + gap for member, gap in zip(members, gaps, strict=True))


@given(st.lists(st.tuples(tags, spaces), max_size=6), st.sampled_from([ETAG, b"W/" + ETAG]), st.integers(0, 6))
def test_a_list_that_names_the_tag_matches_wherever_it_stands(
    others: list[tuple[bytes, bytes]], ours: bytes, place: int
) -> None:
    members = [tag for tag, _ in others]
    members.insert(place, ours)

    assert matches(listed(members, [b" ", *(gap for _, gap in others)]), ETAG)


@given(st.lists(st.tuples(tags, spaces), max_size=6))
def test_a_list_without_the_tag_does_not_match(others: list[tuple[bytes, bytes]]) -> None:
    members = [(tag, gap) for tag, gap in others if tag.removeprefix(b"W/") != ETAG]

    assert not matches(listed([tag for tag, _ in members], [gap for _, gap in members]), ETAG)


@given(st.binary(max_size=60).filter(lambda raw: b'"' not in raw and raw.strip() != b"*"))
def test_what_holds_no_tag_matches_nothing(garbage: bytes) -> None:
    assert not matches(garbage, ETAG)


@pytest.mark.parametrize("garbage", [b"\xff\xfe", b'"\x00"', b"W/" * 1000, b'"' * 4001, b'"' + ETAG[1:-1] + b"x"])
def test_any_bytes_in_the_header_are_read_without_an_error(garbage: bytes) -> None:
    assert not matches(garbage, ETAG)


def test_lines_of_one_name_are_one_list() -> None:
    headers = [(b"if-none-match", b'"a"'), (b"accept-encoding", b"br"), (b"if-none-match", b'"b"'), (b"host", b"x")]

    assert asked([*headers, (b"accept-encoding", b"gzip")]) == (b'"a","b"', b"br,gzip")
    assert asked([]) == (b"", b"")


@pytest.mark.parametrize(
    ("header", "takes_gzip", "takes_plain"),
    [
        (b"", False, True),
        (b"gzip", True, True),
        (b"GZIP", True, True),
        (b"x-gzip", True, True),
        (b"gzip, deflate, br", True, True),
        (b"gzip;q=0.001", True, True),
        (b"gzip ; q=0.5", True, True),
        (b"gzip;q=0", False, True),
        (b"gzip;q=0.000, *", False, True),
        (b"*", True, True),
        (b"*;q=0", False, False),
        (b"*;q=0, gzip", True, False),
        (b"identity;q=0, gzip", True, False),
        (b"identity", False, True),
        (b"gzip;q=nonsense", False, True),
        (b"gzip;level=9", False, True),
        (b"gzipx", False, True),
        (b",;,=;q", False, True),
        (b"\xff\xfe;q=1", False, True),
    ],
)
def test_codings_are_taken_as_they_are_allowed(header: bytes, takes_gzip: bool, takes_plain: bool) -> None:
    found = codings(header)

    assert (found.gzip > 0, found.plain > 0) == (takes_gzip, takes_plain)


@pytest.mark.parametrize(
    ("header", "prefers_gzip"),
    [
        (b"gzip", True),
        (b"gzip;q=0.1", True),
        (b"gzip;q=0.5, identity", False),
        (b"gzip, identity;q=0.5", True),
        (b"*", True),
        (b"*;q=0.5, identity", False),
    ],
)
def test_what_a_reader_prefers_is_what_they_named_higher(header: bytes, prefers_gzip: bool) -> None:
    found = codings(header)

    assert (found.gzip >= found.plain) == prefers_gzip


@given(st.binary(max_size=80))
def test_any_accept_encoding_is_read_without_an_error(header: bytes) -> None:
    assert all(0 <= quality <= 1 for quality in codings(header))
