"""Every byte that is written, and what is read from files that are not quite right."""

from dataclasses import replace

import pytest
from files.samples import AT, LOAD, report

from backends.files.formats import PROFILES, profile
from backends.files.formats.frontol import Frontol
from backends.files.formats.model import (
    LINES,
    BadFile,
    Goods,
    Kind,
    Load,
    Profile,
    SalesReport,
    Transaction,
)
from backends.files.formats.shtrihm import Shtrihm

SHTRIHM_LOAD = """##@@&&
#
$$$CLR
$$$CLR{AUT_S}
$$$CLR{DIS_C}
$$$ADD
101;4600000000015;Чай¤ чёрный;Чай;12.50;;;1;;-1;;;;;;;1
#101;4600000000022;Чай¤ чёрный;Чай;12.50;;;;;1
!5;Пять;1
@5;5;Пять;0;0;5.00;Пять;;;;;;;;;;;
%7770001;Владелец;Карта;150.00;5;0;0;;1;;31.12.2026;;;;;;;
%7770002;;;0.00;5;1;1;;0;;;;;;;;;
$$$END
"""
SHTRIHM_REPORT = """#
shop
17
900;02.03.2026;10:05:07;11;1;1;Кассир;101;1;12.50;2.000;25.00
901;02.03.2026;10:06:07;37;1;1;Кассир;;;;;
902;02.03.2026;10:07:07;71;1;1;Кассир;7770001;3;;5.00;1.25
903;02.03.2026;10:08:07;40;1;1;Кассир;7770001;;0.00;3;10.00
904;02.03.2026;10:09:07;40;1;1;Кассир;;;0.00;1;13.75
905;02.03.2026;10:10:07;55;1;1;Кассир;;;;;
906;02.03.2026;10:11:07;13;1;2;Кассир;101;1;12.50;1.000;12.50
907;02.03.2026;10:12:07;55;1;2;Кассир;;;;;
908;02.03.2026;10:13:07;61;1;3;Кассир;4;;;;12.50
"""
FRONTOL_LOAD = """##@@&&
#
$$$DELETEALLWARES
$$$DELETEALLCCARDDISCS
$$$DELETEALLAUTODISCSCHMS
$$$REPLACEQUANTITY
101;4600000000015,4600000000022;Чай¤ чёрный;Чай;12.50;;;;;;;;;;;;1;;;;;;
$$$ADDAUTODISCSCHMS
5;Пять;5.00;1
$$$ADDCCARDDISCS
7770001;5;7770001;;31.12.2026;1;0;5.00;1;;;;;;;
7770002;5;7770002;;;0;0;5.00;1;;;;;;;
$$$ADDCARDBALANCES
7770001;Владелец;Карта;150.00;0;1
7770002;;;0.00;1;0
"""
FRONTOL_REPORT = """#
shop
17
900;02.03.2026;10:05:07;11;1;1;Кассир;101;;12.50;2.000;25.00;;4;;23.75;;;;;;;0
901;02.03.2026;10:06:07;40;1;1;Кассир;;3;;;10.00;;4;;7770001;;;;;;;
902;02.03.2026;10:07:07;40;1;1;Кассир;;1;;;13.75;;4;;;;;;;;;
903;02.03.2026;10:08:07;55;1;1;Кассир;7770001;;;;;0;4;;;;;;;;;
904;02.03.2026;10:09:07;12;1;2;Кассир;101;;12.50;1.000;12.50;;4;;12.50;;;;;;;1
905;02.03.2026;10:10:07;55;1;2;Кассир;;;;;;1;4;;;;;;;;;
906;02.03.2026;10:11:07;61;1;3;Кассир;;;;;12.50;;4;;;;;;;;;
"""
SHTRIHM_DAY = """#
shop
18
1;02.03.2026;10:05:07;11;01;0;К;101;1;12.50;2.000;25.00
2;02.03.2026;10:05:07;12;01;0;К;101;1;12.50;2.000;25.00
3;02.03.2026;10:05:07;56;01;0;К;;;;;
4;02.03.2026;10:05:07;61;01;0;К;4;;;;7.00
"""
FRONTOL_DAY = """#
shop
18
1;02.03.2026;10:05:07;11;01;0;К;101;;12.50;2.000;25.00;;4;;25.00;;;;;;;0
2;02.03.2026;10:05:07;12;01;0;К;101;;12.50;2.000;25.00;;4;;25.00;;;;;;;0
3;02.03.2026;10:05:07;56;01;0;К;;;;;;;4;;;;;;;;;
4;02.03.2026;10:05:07;61;01;0;К;;;;;7.00;;4;;;;;;;;;
5;02.03.2026;10:05:07;50;01;0;К;;;;;3.00;;4;;;;;;;;;
6;02.03.2026;10:05:07;51;01;0;К;;;;;2.00;;4;;;;;;;;;
"""
LOADS = [("shtrihm", SHTRIHM_LOAD), ("frontol", FRONTOL_LOAD)]
REPORTS = [("shtrihm", SHTRIHM_REPORT), ("frontol", FRONTOL_REPORT)]


def raw(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("cp1251")


@pytest.fixture(params=PROFILES)
def way(request: pytest.FixtureRequest) -> Profile:
    return profile(request.param)


@pytest.mark.parametrize(("name", "golden"), LOADS)
def test_a_load_to_the_byte_and_back(name: str, golden: str) -> None:
    assert profile(name).write_load(LOAD) == raw(golden)
    assert profile(name).read_load(raw(golden), "goods.txt") == (LOAD, ())
    assert profile(name).read_load(golden.encode("cp1251"), "goods.txt") == (LOAD, ()), "LF"


@pytest.mark.parametrize(("name", "golden"), REPORTS)
def test_a_report_to_the_byte_and_back(name: str, golden: str) -> None:
    given = report(details=name == "shtrihm")
    assert profile(name).write_report(given) == raw(golden)
    assert profile(name).read_report(raw(golden), "report.txt") == (given, ())


@pytest.mark.parametrize(("name", "golden"), [("shtrihm", SHTRIHM_DAY), ("frontol", FRONTOL_DAY)])
def test_what_a_till_does_besides_selling_to_the_byte_and_back(name: str, golden: str) -> None:
    plain = Transaction(0, AT, Kind.CANCELLED, "01", cashier="К", shift=4)
    line = replace(plain, goods="101", price=12_50, quantity=2000, amount=25_00, after=25_00)
    kinds = (
        Kind.SALE_LINE,
        Kind.STORNO,
        Kind.CANCELLED,
        Kind.Z_REPORT,
        Kind.CASH_IN,
        Kind.CASH_OUT,
    )
    amounts = {Kind.Z_REPORT: 7_00, Kind.CASH_IN: 3_00, Kind.CASH_OUT: 2_00}
    told = tuple(
        replace(line if kind in LINES else plain, number=number, kind=kind)
        if kind not in amounts
        else replace(plain, number=number, kind=kind, amount=amounts[kind])
        for number, kind in enumerate(kinds, 1)
    )
    given = SalesReport(18, "shop", told)
    way = profile(name)
    assert way.write_report(given) == raw(golden)
    read, troubles = way.read_report(raw(golden), "report.txt")
    assert not troubles
    assert [one.kind for one in read.transactions] == [kind for kind in kinds if way.says(kind)]
    if name == "frontol":
        assert read == given


def test_byte_a4_stands_for_a_semicolon(way: Profile) -> None:
    assert "Чай".encode("cp1251") + b"\xa4 " in way.write_load(LOAD)


def test_additions_replace_nothing_else(way: Profile) -> None:
    additions = replace(LOAD, clears=frozenset())
    assert way.read_load(way.write_load(additions), "goods.txt") == (additions, ())


def test_a_bad_line_is_a_trouble_and_the_rest_is_read() -> None:
    spoilt = SHTRIHM_LOAD.replace("%7770002", "?101;1;x;1\n\n%;x\n%8;;;ten\n%7770002")
    load, troubles = Shtrihm().read_load(raw(spoilt), "goods.txt")
    assert load == LOAD
    assert [str(one) for one in troubles] == [
        "goods.txt:12: unknown record '?101'",
        "goods.txt:14: field 1: expected something, found ''",
        "goods.txt:15: field 4: expected a number, found 'ten'",
    ]


def test_an_unknown_command_passes_over_its_lines() -> None:
    spoilt = FRONTOL_LOAD + "$$$ADDUSERS\n1;one\n2;two\n$$$ADDTAXRATES\n"
    load, troubles = Frontol().read_load(raw(spoilt), "goods.txt")
    assert load == LOAD
    assert [(one.line, one.text) for one in troubles] == [
        (16, "unknown record '$$$ADDUSERS': 2 lines under it are passed over"),
        (19, "unknown record '$$$ADDTAXRATES': 0 lines under it are passed over"),
    ]


def test_a_card_of_frontol_without_a_balance_may_not_pay() -> None:
    load, troubles = Frontol().read_load(
        raw("##@@&&\n#\n$$$ADDCCARDDISCS\n1;9;77;01.02.26;;1;0;7,5\n"), "goods.txt"
    )
    assert not troubles and not load.clears
    assert not load.cards[0].may_pay and load.cards[0].accumulated == 0
    assert load.cards[0].valid_from and load.cards[0].valid_from.year == 2026
    assert load.schemes[0].percent == 7_50


def test_missing_fields_have_a_meaning() -> None:
    text = "any\n#\n$$$ADD\n7;;Хлеб\n%1\n$$$END\n"
    load, troubles = Shtrihm().read_load(text.encode("cp1251"), "goods.txt")
    assert not troubles and load.goods == (Goods("7", "Хлеб"),)
    assert load.cards[0].number == "1" and not load.cards[0].may_pay


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (SHTRIHM_LOAD.encode(), "goods.txt: expected Windows-1251, found UTF-8"),
        (SHTRIHM_LOAD.encode("utf-8-sig"), "goods.txt:1: expected Windows-1251, found Unicode"),
        (SHTRIHM_LOAD.encode("utf-16"), "goods.txt:1: expected Windows-1251, found Unicode"),
        (raw(SHTRIHM_LOAD) + b"\x98\r\n", "goods.txt:14: expected Windows-1251, found a byte"),
        (raw(SHTRIHM_LOAD)[:-40], "goods.txt:12: half-written: the last line has no end"),
        (raw(SHTRIHM_LOAD.replace("$$$END\n", "")), "goods.txt:12: half-written: expected $$$END"),
        (b"", "goods.txt:2: expected # or @"),
        (b"a\r\nb\r\n", "goods.txt:2: expected # or @"),
    ],
)
def test_a_file_that_cannot_be_taken(data: bytes, said: str) -> None:
    with pytest.raises(BadFile) as caught:
        Shtrihm().read_load(data, "goods.txt")
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("data", [b"", b"x\r\n#\r\n", b"##@@&&\r\n", b"##@@&&\r\nx\r\n"])
def test_frontol_wants_its_header(data: bytes) -> None:
    with pytest.raises(BadFile):
        Frontol().read_load(data, "goods.txt")


def test_frontol_with_an_end_word_knows_a_half_written_file() -> None:
    ended = Frontol(end="$$$END")
    data = ended.write_load(LOAD)
    assert ended.read_load(data, "goods.txt") == (LOAD, ())
    with pytest.raises(BadFile, match="half-written"):
        ended.read_load(raw(FRONTOL_LOAD), "goods.txt")


def test_a_receipt_without_an_end_is_said(way: Profile) -> None:
    whole = report(details=isinstance(way, Shtrihm))
    half = replace(whole, transactions=whole.transactions[:2])
    read, troubles = way.read_report(way.write_report(half), "report.txt")
    assert len(read.transactions) == 2
    assert "receipt 1 has no end" in str(troubles[0])


def test_an_unknown_transaction_is_said(way: Profile) -> None:
    text = "#\nshop\n5\n1;02.03.2026;10:00:00;99;1;1;x\n2;32.03.2026;10:00:00;55;1;1\n"
    read, troubles = way.read_report(text.encode(), "r")
    assert read.number == 5 and read.transactions == ()
    assert [one.line for one in troubles] == [4, 5]


def test_the_mark_is_one_byte(way: Profile) -> None:
    data = way.write_load(LOAD)
    marked = way.mark(data, 2)
    assert [a + b for a, b in zip(data, marked, strict=True) if a != b] == [ord("#") + ord("@")]
    assert way.read_processed(marked, 2) and not way.read_processed(data, 2)
    assert way.mark(marked, 2) == marked
    assert way.read_load(marked, "goods.txt") == (LOAD, ())


def test_a_code_like_a_mark_is_not_written(way: Profile) -> None:
    for code in ("#1", "$$$ADD", "%1", ""):
        with pytest.raises(BadFile):
            way.write_load(Load((Goods(code, "x"),)))


def test_what_frontol_has_no_word_for_is_left_out() -> None:
    read, _ = Frontol().read_report(Frontol().write_report(report(details=True)), "r")
    assert Kind.RECEIPT_DETAIL not in {one.kind for one in read.transactions}
