"""Which day of the file is which stored day: by id, then by equal date, then the rest in order."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from convene.rules.day_matching import DayKey, match_days

MON, TUE, WED, THU = (date(2022, 1, n) for n in (10, 11, 12, 13))


def stored(*dates: date | None, removed: str = "") -> list[DayKey]:
    return [DayKey(f"d{n}", on, f"d{n}" in removed) for n, on in enumerate(dates, 1)]


def written(*dates: date | None) -> list[DayKey]:
    return [DayKey(None, on) for on in dates]


def test_new_days_are_numbered_in_order_of_appearance() -> None:
    assert match_days(written(MON, TUE), []) == ["d1", "d2"]


def test_the_same_days_keep_their_ids_in_whatever_order_they_are_written() -> None:
    assert match_days(written(WED, MON, TUE), stored(MON, TUE, WED)) == ["d3", "d1", "d2"]


def test_a_day_that_is_moved_keeps_its_id() -> None:
    assert match_days(written(MON, THU, WED), stored(MON, TUE, WED)) == ["d1", "d2", "d3"]


def test_an_id_wins_over_an_equal_date() -> None:
    moved = [DayKey("d2", MON), DayKey(None, TUE)]

    assert match_days(moved, stored(MON, TUE)) == ["d2", "d1"]


def test_an_equal_date_wins_over_the_order() -> None:
    assert match_days(written(THU, MON), stored(MON, TUE)) == ["d2", "d1"]


def test_two_days_on_one_date_are_matched_in_order() -> None:
    assert match_days(written(MON, MON), stored(MON, MON)) == ["d1", "d2"]


def test_a_day_without_a_date_is_matched_in_order() -> None:
    assert match_days(written(None, TUE), stored(MON, TUE)) == ["d1", "d2"]
    assert match_days(written(MON, TUE), stored(None, TUE)) == ["d1", "d2"]


def test_an_added_day_gets_the_next_number() -> None:
    assert match_days(written(MON, TUE, WED), stored(MON, WED)) == ["d1", "d3", "d2"]


def test_an_id_is_never_used_again_not_even_that_of_a_removed_day() -> None:
    assert match_days(written(MON, THU), stored(MON, TUE, removed="d2")) == ["d1", "d3"]


def test_a_removed_day_comes_back_under_its_id_or_on_its_date() -> None:
    gone = stored(MON, TUE, removed="d2")

    assert match_days(written(MON, TUE), gone) == ["d1", "d2"]
    assert match_days([DayKey(None, MON), DayKey("d2", THU)], gone) == ["d1", "d2"]


def test_ids_of_the_coordinator_are_kept_and_stepped_around() -> None:
    assert match_days([DayKey("opening", MON), DayKey("d1", TUE), DayKey(None, WED)], []) == ["opening", "d1", "d2"]


dates = st.sampled_from([None, MON, TUE, WED, THU])


@given(st.lists(dates, max_size=6), st.lists(st.tuples(dates, st.booleans()), max_size=6))
def test_every_day_gets_an_id_of_its_own_and_a_second_look_changes_nothing(
    new: list[date | None], old: list[tuple[date | None, bool]]
) -> None:
    known = [DayKey(f"d{n}", on, removed) for n, (on, removed) in enumerate(old, 1)]

    slugs = match_days(written(*new), known)

    assert len(set(slugs)) == len(new)
    standing = [DayKey(slug, on) for slug, on in zip(slugs, new, strict=True)]
    assert match_days([DayKey(slug, on) for slug, on in zip(slugs, new, strict=True)], standing) == slugs
