"""One field takes whatever is on a label, and says precisely what is wrong with it."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erp.scanning.core import Value, read
from kernel.gs1 import check_digit
from kernel.refusal import Refusal
from tests.examples import examples

TODAY = date(2026, 3, 1)
GS = "\x1d"
GTIN = "04006381333931"
SSCC = "340123450000000000"


def said(text: str) -> dict[str, Value]:
    return {one.ai: one.value for one in read(text, TODAY).elements}


def wrong(text: str) -> str:
    with pytest.raises(Refusal) as refused:
        read(text, TODAY)
    return str(refused.value)


WHOLE: dict[str, Value] = {
    "01": GTIN,
    "17": date(2027, 1, 31),
    "10": "AB-77",
    "21": "12",
}


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (f"]C101{GTIN}1727013110AB-77{GS}2112", "gs1"),
        (f"]d201{GTIN}1727013110AB-77{GS}2112{GS}", "gs1"),
        (f"{GS}01{GTIN}1727013110AB-77{GS}2112", "gs1"),
        (f"01{GTIN}1727013110AB-77<GS>2112", "gs1"),
        (f"(01){GTIN}(17)270131(10)AB-77(21)12", "gs1"),
        (f"https://id.gs1.org/01/{GTIN}/10/AB-77/21/12?17=270131", "digital_link"),
    ],
)
def test_the_same_label_in_every_form(text: str, form: str) -> None:
    assert said(text) == WHOLE
    assert read(text, TODAY).form == form


def test_numbers_alone_are_an_ean_or_an_sscc() -> None:
    assert (read("4006381333931", TODAY).form, said("4006381333931")) == ("gtin", {"01": GTIN})
    assert said(" 96385074\r\n") == {"01": "00000096385074"}
    assert (read(SSCC, TODAY).form, said(SSCC)) == ("sscc", {"00": SSCC})
    assert said(f"00{SSCC}") == {"00": SSCC}


def test_all_identifiers_of_the_trade() -> None:
    text = (
        f"00{SSCC}02{GTIN}11260201132602021526033117260400370048{GS}3103001250"
        f"7003260401{'0830'}{GS}4331000800{GS}4333000045-{GS}10L1"
    )
    assert said(text) == {
        "00": SSCC,
        "02": GTIN,
        "11": date(2026, 2, 1),
        "13": date(2026, 2, 2),
        "15": date(2026, 3, 31),
        "17": date(2026, 4, 30),  # day 00: the last of the month
        "37": 48,
        "3103": Decimal("1.250"),
        "7003": datetime(2026, 4, 1, 8, 30),  # noqa: DTZ001 - a label names no zone
        "4331": Decimal("8.00"),
        "4333": Decimal("-0.45"),
        "10": "L1",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing was scanned"),
        ("hello", "'hello' is no GS1 code and no EAN: it has 5 characters"),
        ("4006381333932", "GTIN 4006381333932 ends with 2, and its check digit is 1"),
        ("340123450000000006", "(00) SSCC 340123450000000006 ends with 6, and its check digit is 0"),
        ("0104006381333932", "(01) GTIN 04006381333932 ends with 2, and its check digit is 1"),
        (f"01{GTIN}17271331", "(17) expires on: 271331 is no date: there is no month 13"),
        (f"01{GTIN}17270230", "(17) expires on: 270230 is no date: month 2 has no day 30"),
        (f"01{GTIN}1127ABCD", "(11) produced on: '27ABCD' is not 6 digits: year, month, day"),
        (f"01{GTIN}7003260215", "(7003) expires at: '260215' is not 10 digits"),
        (f"01{GTIN}70032602152530", "2602152530 is no time"),
        (f"01{GTIN}10{'X' * 21}", "is no application identifier"),
        (f"01{GTIN}37x", "(37) count: 'x' is not 1 to 8 digits"),
        (f"01{GTIN}4333-2", "(4333) at least degC: '-2' is not 6 digits, hundredths of a degree"),
        (f"01{GTIN}05ABC", "at character 17 '05AB' is no application identifier"),
        (f"(01){GTIN}(10)A B", "(10) lot: 'A B' is not 1 to 20"),
        (f"(01){GTIN}(10", "write each number in brackets before its value"),
        (f"10A{GS}10B", "(10) lot is there twice, as A and as B"),
        ("https://example.org/hello", "is no GS1 Digital Link: expected a primary identifier"),
        ("https://id.gs1.org/01/04006381333932", "its check digit is 1"),
    ],
)
def test_what_is_wrong_is_said(text: str, words: str) -> None:
    assert words in wrong(text)


@pytest.mark.parametrize(
    ("two", "year"), [("26", 2026), ("76", 2076), ("77", 1977), ("99", 1999), ("00", 2000)]
)
def test_the_century_of_a_date(two: str, year: int) -> None:
    assert said(f"]C117{two}0101")["17"] == date(year, 1, 1)


lots = st.text("ABCabc019-_/.", min_size=1, max_size=20)


@settings(max_examples=examples(100), deadline=None)
@given(
    st.text("0123456789", min_size=13, max_size=13),
    lots,
    st.dates(date(2000, 1, 1), date(2049, 12, 31)),
    st.integers(1, 99_999_999),
    st.permutations(["01", "17", "10", "37"]),
)
def test_what_is_written_is_read_in_any_sequence(
    body: str, lot: str, expires: date, count: int, sequence: list[str]
) -> None:
    gtin = body + check_digit(body)
    written = {"01": gtin, "17": f"{expires:%y%m%d}", "10": lot, "37": str(count)}
    text = "".join(f"{ai}{written[ai]}{GS}" for ai in sequence)
    assert said(text) == {"01": gtin, "17": expires, "10": lot, "37": count}
    brackets = "".join(f"({ai}){written[ai]}" for ai in sequence)
    assert said(brackets) == said(text)


@settings(max_examples=examples(300), deadline=None)
@given(st.text(max_size=40) | st.text("0123456789()<GS>]C1\x1d", max_size=40))
def test_whatever_is_scanned_is_read_or_refused_with_one_sentence(text: str) -> None:
    try:
        answer = read(text, TODAY).form
    except Refusal as fault:
        answer = str(fault)
    assert "pattern" not in answer.replace(repr(text), ""), "no word of the parser inside"
    assert 0 < len(answer) < 300


def test_a_label_that_contradicts_itself_is_told() -> None:
    assert wrong("(4331)000200(4333)000800") == (
        "(4333) at least degC 8.00 is beyond (4331) at most degC 2.00: read the label again"
    )
    assert wrong(f"(01){GTIN}(17)270131(11)270201") == (
        "(11) produced on 2027-02-01 is beyond (17) expires on 2027-01-31: read the label again"
    )
    assert said("(11)270131(17)270131") == {"11": date(2027, 1, 31), "17": date(2027, 1, 31)}
    assert wrong("(7003)2705312560") == ("(7003) expires at: 2705312560 is no time: there is no 25:60")
