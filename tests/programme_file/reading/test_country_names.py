"""Countries as people write them."""

import pytest

from convene.programme_file.reading.country_names import written_country
from convene.programme_file.reading.findings import WrittenValueError


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Cambodia", "KH"), ("kh", "KH"), ("KHM", "KH"), ("Lao PDR", "LA"), ("Laos", "LA"), ("Viet Nam", "VN"),
        ("VIETNAM", "VN"), ("Myanmar", "MM"), ("Côte d’Ivoire", "CI"), ("Cote d'Ivoire", "CI"),
        ("the Philippines", "PH"),
        ("Timor-Leste", "TL"), ("UK", "GB"), ("South Korea", "KR"), ("Trinidad and Tobago", "TT"),
        ("  Sri   Lanka ", "LK"),
    ],
)  # fmt: skip
def test_a_country_is_understood(written: str, code: str) -> None:
    assert written_country(written) == code


def test_an_unknown_country_names_the_nearest() -> None:
    with pytest.raises(WrittenValueError) as refusal:
        written_country("Camboida")
    assert refusal.value.remedy == "did you mean Cambodia?"


@pytest.mark.parametrize("written", ["Atlantis", "ZZ", "EU", "419", "../KH"])
def test_what_is_no_country_is_refused(written: str) -> None:
    with pytest.raises(WrittenValueError):
        written_country(written)
