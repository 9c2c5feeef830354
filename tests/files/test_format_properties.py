"""Whatever is written is read again, and spoilt bytes are never more than a clear error."""

from contextlib import suppress
from datetime import date

from files.samples import LOAD, report
from hypothesis import given, settings
from hypothesis import strategies as st

from backends.files.client.goods import merged
from backends.files.formats import PROFILES, profile
from backends.files.formats.model import BadFile, Card, Goods, Load, Part, SalesReport, Scheme
from backends.files.formats.shtrihm import Shtrihm
from cashier.catalog import Catalog
from cashier.goods import Good

# Lower case: two bytes of a capital and a sign may happen to be UTF-8, three times over.
TEXT = st.text("абвгдеёжя xyz;,.№%#@!?$\"'", max_size=12)
CODE = st.text("0123456789ab", min_size=1, max_size=8)
SUM = st.integers(0, 10**9)
PERCENT = st.integers(0, 100_00)
DAY = st.none() | st.dates(date(1900, 1, 1), date(9999, 12, 31))
NAMES = st.sampled_from(sorted(PROFILES))


def unique(values: st.SearchStrategy[object], by: str) -> st.SearchStrategy[object]:
    return st.lists(values, max_size=3, unique_by=lambda one: getattr(one, by)).map(tuple)


@st.composite
def loads(draw: st.DrawFn) -> Load:
    schemes = draw(unique(st.builds(Scheme, CODE, TEXT, PERCENT, st.booleans()), "code"))
    codes = [one.code for one in schemes]  # type: ignore[attr-defined]
    scheme = st.sampled_from(["", *codes])
    flags = [st.booleans()] * 3
    cards = st.builds(Card, CODE, TEXT, TEXT, SUM, scheme, *flags, DAY, DAY)
    bars = st.lists(CODE, max_size=3).map(tuple)
    goods = unique(st.builds(Goods, CODE, TEXT, SUM, bars, TEXT), "code")
    given_cards = unique(cards, "number")
    clears = draw(st.frozensets(st.sampled_from(Part)))
    return Load(draw(goods), draw(given_cards), schemes, clears)  # type: ignore[arg-type]


@settings(max_examples=80, deadline=None)
@given(NAMES, loads())
def test_a_load_comes_back(name: str, load: Load) -> None:
    way = profile(name)
    assert way.read_load(way.write_load(load), "goods.txt") == (load, ())


CARD = Catalog(
    (
        Good("1", "One", 5_00, codes=("1", "11"), deposit="2"),
        Good("2", "Two", 1_00, lowest=1_00, codes=("22",), certificate=True),
    )
)


@settings(max_examples=60, deadline=None)
@given(loads(), st.booleans())
def test_whatever_is_loaded_can_be_sold(load: Load, whole: bool) -> None:
    catalog, wrong = merged(CARD, load.goods, whole=whole)
    sold = {one.sku: one for one in catalog.goods}
    assert wrong == sum(not one.price for one in load.goods)
    assert all(one.price >= one.lowest and one.name for one in catalog.goods)
    assert all(sold[one.code].price == one.price for one in load.goods if one.price)


@settings(max_examples=40, deadline=None)
@given(NAMES, st.integers(0, 10**9), TEXT)
def test_a_report_comes_back(name: str, number: int, database: str) -> None:
    way, sample = profile(name), report(details=name == "shtrihm")
    given_report = SalesReport(number, database, sample.transactions)
    assert way.read_report(way.write_report(given_report), "r") == (given_report, ())


@settings(max_examples=150, deadline=None)
@given(NAMES, st.booleans(), st.data())
def test_spoilt_bytes_are_a_clear_error(name: str, is_load: bool, data: st.DataObject) -> None:
    way = profile(name)
    details = isinstance(way, Shtrihm)
    whole = way.write_load(LOAD) if is_load else way.write_report(report(details=details))
    spoilt = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(spoilt) - 1))
        end = place + data.draw(st.integers(0, 4))
        spoilt[place:end] = data.draw(st.binary(max_size=4))
        if not spoilt:
            return
    with suppress(BadFile):
        (way.read_load if is_load else way.read_report)(bytes(spoilt), "x")
    way.mark(bytes(spoilt), 2)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6))
def test_a_cut_load_is_never_taken_for_a_whole_one(where: int) -> None:
    whole = Shtrihm().write_load(LOAD)
    cut = whole[: where % len(whole)]
    try:
        load, _ = Shtrihm().read_load(cut, "goods.txt")
    except BadFile:
        return
    assert load == LOAD
