"""The scanner warns on ID-card (check digit), bank-card (Luhn) and mobile numbers, and stays quiet otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import scanner


def with_check_digit(body: str) -> str:
    total = sum(int(d) * w for d, w in zip(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return body + "10X98765432"[total % 11]


ID_CARD = with_check_digit("51190219800101001")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"联系人张某，身份证{ID_CARD}。", "id_card"),
        (ID_CARD.translate(str.maketrans("0123456789", "０１２３４５６７８９")), "id_card"),
        ("11010519491231002x", "id_card"),
        ("卡号 6222 0000 0000 0000 004，开户行农商行", "bank_card"),
        ("4111-1111-1111-1111", "bank_card"),
        ("电话13900000000", "mobile"),
        ("139 0000 0000", "mobile"),
        ("+86 13900000000", "mobile"),
        ("139-0000-0000。", "mobile"),
    ],
)
def test_what_is_found(text, kind):
    (hit,) = scanner.scan(text)
    assert hit.kind == kind
    assert "*" in hit.shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "三江镇代码511902107，村代码511902107205",
        "139****0000",
        "大豆玉米带状复合种植1600亩，户均增收3000元",
        "6222000000000000005",  # wrong Luhn digit
        "511902198001010010",  # wrong check digit
        "511902198013010017",  # no such month
        "0000000000000000",
        "12345678901",  # no mobile prefix
        "91511902MA12345678",  # a credit code
        "1390000000013900000000",
        "2026-11-23 14:30",
        "巴委办〔2026〕12号",
    ],
)
def test_what_is_left_alone(text):
    assert scanner.scan(text) == []


def test_several_numbers_in_one_sentence():
    hits = scanner.scan(f"电话139 0000 0000 138 1111 1111，身份证 {ID_CARD}、卡4111111111111111")
    assert [hit.kind for hit in hits] == ["mobile", "mobile", "id_card", "bank_card"]


def test_the_warning_never_shows_the_number():
    (sentence,) = scanner.warnings(f"身份证{ID_CARD}")
    assert ID_CARD not in sentence
    assert "身份证号" in sentence


@given(st.integers(10**16, 10**17 - 1), st.integers(0, 9))
def test_of_ten_last_digits_exactly_one_makes_a_card(body, digit):
    """Luhn: changing the last digit always breaks the number."""
    passing = [last for last in range(10) if scanner.is_bank_card(f"62{str(body)[:16]}{last}")]
    assert len(passing) == 1


@given(st.text())
def test_any_text_can_be_scanned(text):
    assert all(hit.shown for hit in scanner.scan(text))
