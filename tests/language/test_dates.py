"""Dates and hours as each language writes them in correspondence."""

import unicodedata
from datetime import date, time

import pytest

from convene.language.dates import (
    clock_time,
    date_range,
    long_date,
    short_date,
    short_date_range,
    time_range,
)
from convene.rules.vocabulary import Digits

MONDAY = date(2020, 1, 20)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Monday, 20 January 2020"),
        ("km", "ថ្ងៃចន្ទ ទី20 ខែមករា ឆ្នាំ2020"),
        ("lo", "ວັນຈັນ ວັນທີ 20 ມັງກອນ 2020"),
        ("bn", "সোমবার, ২০ জানুয়ারি ২০২০"),
        ("ja", "2020年1月20日月曜日"),
    ],
)
def test_a_long_date_has_its_weekday(language: str, text: str) -> None:
    assert long_date(MONDAY, language) == _nfc(text)


def test_khmer_monday_is_spelt_as_in_print() -> None:
    assert "ចន្ទ" in long_date(MONDAY, "km")
    assert "ច័ន្ទ" not in long_date(MONDAY, "km")


def test_bengali_months_have_the_newer_spellings() -> None:
    assert long_date(date(2020, 2, 3), "bn") == _nfc("সোমবার, ৩ ফেব্রুয়ারি ২০২০")


def test_khmer_dates_take_native_digits_where_a_person_wants_them() -> None:
    assert long_date(MONDAY, "km", Digits.NATIVE) == "ថ្ងៃចន្ទ ទី២០ ខែមករា ឆ្នាំ២០២០"


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "20 January"), ("km", "20 មករា"), ("lo", "20 ມັງກອນ"), ("bn", "২০ জানুয়ারি"), ("ja", "1月20日(月)")],
)
def test_a_short_date_is_day_and_month(language: str, text: str) -> None:
    assert short_date(MONDAY, language) == _nfc(text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "2–3 July 2015"),
        ("km", "ថ្ងៃទី2–3 ខែកក្កដា ឆ្នាំ2015"),
        ("lo", "2–3 ກໍລະກົດ 2015"),
        ("bn", "২–৩ জুলাই ২০১৫"),
        ("ja", "2015年7月2日～3日"),
    ],
)
def test_a_range_within_a_month_names_the_month_once(language: str, text: str) -> None:
    assert date_range(date(2015, 7, 2), date(2015, 7, 3), language) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "30 December 2020 – 2 January 2021"),
        ("km", "ថ្ងៃទី30 ខែធ្នូ ឆ្នាំ2020 – ថ្ងៃទី2 ខែមករា ឆ្នាំ2021"),
        ("lo", "30 ທັນວາ 2020 – 2 ມັງກອນ 2021"),
        ("ja", "2020年12月30日～2021年1月2日"),
    ],
)
def test_a_range_across_years_names_both(language: str, text: str) -> None:
    assert date_range(date(2020, 12, 30), date(2021, 1, 2), language) == text


def test_a_range_of_one_date_is_that_date() -> None:
    assert date_range(MONDAY, MONDAY, "en") == "20 January 2020"
    assert short_date_range(MONDAY, MONDAY, "en") == "20 January"


def test_a_short_range_across_months_names_both() -> None:
    assert short_date_range(date(2015, 6, 30), date(2015, 7, 2), "en") == "30 June – 2 July"


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "09:05"), ("km", "ម៉ោង 09:05"), ("lo", "ເວລາ 9:05 ໂມງ"), ("bn", "সকাল ৯:০৫"), ("ja", "9時05分")],
)
def test_a_clock_time(language: str, text: str) -> None:
    assert clock_time(time(9, 5), language) == text


@pytest.mark.parametrize(
    ("hour", "text"),
    [
        (0, "রাত ১২:৩০"),
        (5, "ভোর ৫:৩০"),
        (12, "দুপুর ১২:৩০"),
        (15, "বিকাল ৩:৩০"),
        (18, "সন্ধ্যা ৬:৩০"),
        (23, "রাত ১১:৩০"),
    ],
)
def test_a_bengali_hour_follows_its_part_of_the_day(hour: int, text: str) -> None:
    assert clock_time(time(hour, 30), "bn") == _nfc(text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "09:00–11:30"),
        ("km", "ម៉ោង 09:00–11:30"),
        ("lo", "ເວລາ 9:00–11:30 ໂມງ"),
        ("bn", "সকাল ৯:০০–১১:৩০"),
        ("ja", "9時00分～11時30分"),
    ],
)
def test_a_range_of_hours(language: str, text: str) -> None:
    assert time_range(time(9), time(11, 30), language) == text


def test_a_bengali_range_over_noon_names_both_parts_of_the_day() -> None:
    assert time_range(time(11), time(13, 30), "bn") == "সকাল ১১:০০ – দুপুর ১:৩০"


def test_a_range_without_an_end_is_its_start() -> None:
    assert time_range(time(9), None, "km") == clock_time(time(9), "km")


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
