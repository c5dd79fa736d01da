"""The key of a notice: a name for ever, without meaning, found back by its number alone."""

from hypothesis import given
from hypothesis import strategies as st

from convene.rules.notice_key import notice_key, notice_number

SECRET = bytes(range(32))
numbers = st.integers(1, 2**63 - 1)
secrets = st.binary(min_size=32, max_size=32)


@given(numbers, secrets)
def test_a_key_leads_back_to_its_number(number: int, secret: bytes) -> None:
    key = notice_key(number, secret)

    assert notice_number(key, secret) == number
    assert len(key) == 16
    assert key.isalnum()
    assert key == key.lower()


def test_numbers_that_follow_one_another_have_keys_that_do_not() -> None:
    keys = [notice_key(number, SECRET) for number in range(1, 2001)]

    assert len(set(keys)) == 2000
    assert len({key[:3] for key in keys}) > 1500


def test_two_databases_name_their_first_notice_differently() -> None:
    assert notice_key(1, SECRET) != notice_key(1, bytes(32))


def test_a_key_is_what_it_was_when_it_was_first_sent() -> None:
    assert notice_key(1, SECRET) == "nhhn3rdjca3zs7fm"


@given(st.text(max_size=20))
def test_what_is_no_key_leads_nowhere(text: str) -> None:
    number = notice_number(text, SECRET)

    assert number is None or notice_key(number, SECRET) == text


def test_the_key_of_another_database_leads_nowhere() -> None:
    foreign = [notice_number(notice_key(number, SECRET), bytes(32)) for number in range(1, 500)]

    assert foreign == [None] * 499
