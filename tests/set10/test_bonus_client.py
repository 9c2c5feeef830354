"""The client of the bonus account service: what it says to the byte, and each outcome."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from set10.bonus_stage import (
    ANNA,
    AT_FIRST,
    OPENING,
    At,
    Ear,
    at_bonus,
    bought,
    client,
    priced,
    returned,
    returning,
    selling,
)
from stand import MORNING

from backends.http import MEDDLER
from backends.set10.bonus import translate, wire
from backends.set10.bonus.client import BonusBackend
from backends.set10.bonus.wire import NAMESPACE, PATH, Dialect, Unit
from cashier import exchange as ex
from cashier.clock import ManualClock
from cashier.errors import ConfigError
from cashier.exchange import Can, OutcomeUnknown, Reason, Refused, Unavailable
from cashier.receipt import Buyer, Identifier, IdentifierKind, Receipt

CARD = Identifier(IdentifierKind.CARD, ANNA)


def by(kind: IdentifierKind, value: str) -> ex.IdentifyRequest:
    return ex.IdentifyRequest(identifier=Identifier(kind, value), at=MORNING)


def hearing(ear: Ear) -> Any:
    return MEDDLER.set(ear)


# --- who and how much


async def test_what_it_can_do() -> None:
    async with at_bonus(earn="2.5") as at:
        system = await at.backend.open(OPENING)
    assert system.can == Can.SPEND | Can.RETURN | Can.RETURN_PART | Can.HOLD
    assert system.notes == ("The till works out what is earned: 2.5 % of what is paid (emulated).",)


async def test_a_service_that_does_not_describe_a_method_has_none() -> None:
    gone = {wire.BLOCK.role: "", wire.GIVE_BACK.role: ""}
    async with at_bonus(Dialect({}, gone)) as at:
        system = await at.backend.open(OPENING)
        assert Can.HOLD not in system.can
        sale = await priced(at.backend, 5000)
        await at.backend.save_sale(selling(sale))
        settled = await at.backend.save_return(returning(returned(sale, "R0102-000008")))
    assert (settled.given_back, settled.taken_back) == (0, 150)
    (message,) = settled.messages
    assert message.text == "The service cannot give 50 spent points back."


async def test_a_card_has_its_balance_and_what_burns() -> None:
    async with at_bonus() as at:
        found = await at.backend.identify(by(IdentifierKind.CARD, ANNA))
        assert isinstance(found, ex.Found)
        (card,) = found.cards
        assert (card.number, card.balance, card.available) == (ANNA, AT_FIRST, AT_FIRST)
        assert [one.text for one in found.messages] == ["350 points burn on 06.03.2026."]
        for unknown in (
            by(IdentifierKind.CARD, "nobody"),
            by(IdentifierKind.PHONE, "+79001234501"),
        ):
            assert await at.backend.identify(unknown) == ex.NotFound()
        other = at.another(account="2")
        await other.open(OPENING)
        assert await other.identify(by(IdentifierKind.CARD, ANNA)) == ex.NotFound()
        await other.close()


async def test_letters_that_xml_cannot_hold_never_leave() -> None:
    async with at_bonus() as at:
        with pytest.raises(Unavailable):
            await at.backend.identify(by(IdentifierKind.CARD, "29\x0000"))


async def test_how_many_points_a_receipt_takes() -> None:
    receipt = bought()
    (line,) = receipt.lines
    gift = replace(line, number=2, certificate="9800000000001")
    dear = replace(line, number=3, lowest=9_000)
    receipt = replace(receipt, lines=(line, gift, dear))
    request = ex.PointsRequest(receipt=receipt, at=MORNING)
    async with at_bonus(most=30) as at:
        offer = await at.backend.points(request)
    assert [(one.number, one.amount) for one in offer.lines] == [(1, 6000), (2, 0), (3, 2000)]
    assert (offer.spendable, offer.available, offer.excluded) == (8000, AT_FIRST, (2,))
    assert [one.name for one in offer.limits] == ["lines", "balance"]


async def test_shops_without_numbers_are_told_so() -> None:
    async with at_bonus() as at:
        with pytest.raises(Unavailable, match="set shop_num"):
            await at.backend.open(ex.Opening(shop="Corner", till="02"))
        named = at.another(shop_num=5)
        await named.open(ex.Opening(shop="Corner", till="02"))
        await named.save_sale(selling(bought()))
        assert at.moved()[0].id == "set10-bonus:charge:5:2:3:7"
        await named.close()


# --- on the wire


async def test_what_a_sale_says_to_the_letter() -> None:
    ear = Ear()
    async with at_bonus() as at:
        sale = await priced(at.backend, 5000)
        token = hearing(ear)
        settled = await at.backend.save_sale(selling(sale))
        MEDDLER.reset(token)
    assert (settled.earned, settled.spent) == (150, 5000)
    assert settled.balance == settled.available == AT_FIRST - 5000 + 150
    write_off, charge, _balance = ear.heard
    head = (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    )
    assert write_off.body.decode() == (
        f'{head}<proc:writeOffFromBonusAccount xmlns:proc="{NAMESPACE}">'
        f"<accountTypeCode>1</accountTypeCode><cardNumber>{ANNA}</cardNumber>"
        "<writeOffSum>50.00</writeOffSum></proc:writeOffFromBonusAccount>"
        "</soap:Body></soap:Envelope>"
    )
    assert charge.body.decode() == (
        f'{head}<proc:chargeOnBonusAccount xmlns:proc="{NAMESPACE}">'
        f"<cardNumber>{ANNA}</cardNumber><shopNum>1</shopNum><cashNum>2</cashNum>"
        "<shiftNum>3</shiftNum><checkNum>7</checkNum><chargeSum>150</chargeSum>"
        "<activatingDate>2026-03-03T10:00:00+03:00</activatingDate>"
        "<expirationDate>2027-03-03T10:00:00+03:00</expirationDate>"
        "</proc:chargeOnBonusAccount></soap:Body></soap:Envelope>"
    )
    assert (write_off.url, write_off.method, write_off.changes) == (PATH, "POST", True)
    assert write_off.headers == (
        ("Content-Type", "text/xml; charset=utf-8"),
        ("SOAPAction", '""'),
    )


UNITS: tuple[tuple[dict[str, Any], Dialect], ...] = (
    ({}, Dialect({}, {})),
    (
        {"units": {"writeOffFromBonusAccount": "kopecks", "chargeOnBonusAccount": "roubles"}},
        Dialect({wire.WRITE_OFF.role: Unit.KOPECKS, wire.CHARGE.role: Unit.ROUBLES}, {}),
    ),
    (
        {"units": {one.role: "kopecks" for one in wire.METHODS if one is not wire.UNBLOCK}},
        Dialect({one.role: Unit.KOPECKS for one in wire.METHODS}, {}),
    ),
)


@pytest.mark.parametrize(("options", "dialect"), UNITS)
async def test_units_of_each_method_are_settings(options: dict[str, Any], dialect: Dialect) -> None:
    async with at_bonus(dialect, **options) as at:
        sale = await priced(at.backend, 5000)
        assert (await at.backend.save_sale(selling(sale))).balance == AT_FIRST - 4850
        settled = await at.backend.save_return(returning(returned(sale, "R0102-000008")))
        assert (settled.given_back, settled.taken_back) == (5000, 150)
        assert [one.points for one in at.moved()] == [-5000, 150, 5000, -150]


async def test_the_wrong_unit_is_seen_at_once() -> None:
    """A service in kopecks, a till in roubles: a fault, and nothing moves."""
    async with at_bonus(units={"chargeOnBonusAccount": "roubles"}) as at:
        with pytest.raises(Refused, match="expected a sum in kopecks") as no:
            await at.backend.save_sale(selling(bought()))
        assert no.value.code == "Client"
        assert at.moved() == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"units": {"chargeOnBonusAccount": "dollars"}}, "units.chargeOnBonusAccount"),
        ({"units": {"charge": "kopecks"}}, "units.charge"),
        ({"names": {"block": "no name"}}, "names.block"),
        ({"earn": 101}, "earn"),
        ({"colour": "red"}, "colour"),
        ({"url": "ftp://x"}, "https://"),
    ],
)
def test_options_that_make_no_sense(options: dict[str, Any], words: str) -> None:
    given = {"url": "http://127.0.0.1:1", **options}
    with pytest.raises(ConfigError, match=words.replace(".", r"\.")):
        client(given.pop("url"), ManualClock(MORNING), **given)


@pytest.mark.parametrize(
    ("text", "unit", "points"),
    [
        ("12.5", Unit.ROUBLES, 1250),
        ("12.500", Unit.ROUBLES, 1250),
        ("12.", Unit.ROUBLES, 1200),
        ("-0.01", Unit.ROUBLES, -1),
        ("+7", Unit.KOPECKS, 7),
        ("7.00", Unit.KOPECKS, 7),
    ],
)
def test_sums_are_read_exactly(text: str, unit: Unit, points: int) -> None:
    made = translate.request(wire.ACTIVE, {"cardNumber": "1"}, wire.USUAL)
    made.tag = f"{{{NAMESPACE}}}getActiveBonusAccountsResponse"
    for name, said in (("balance", text), ("bonusAccountTypeCode", "1")):
        one = made.makeelement(name)
        one.text = said
        made.append(one)
    (row,) = translate.read_answer(wire.ACTIVE, made, Dialect({wire.ACTIVE.role: unit}, {}))
    assert row["balance"] == points


# --- returns


PARTS = ("R0102-000008", "R0102-000009")


async def test_part_returns_add_up_to_the_sale() -> None:
    async with at_bonus(earn="1.33") as at:
        sale = await priced(at.backend, 5001)
        sold = await at.backend.save_sale(selling(sale))
        for again in (False, True):  # said twice it is the same
            settled = [
                await at.backend.save_return(returning(returned(sale, one, 1000), again=again))
                for one in PARTS
            ]
            assert sum(one.given_back for one in settled) == sold.spent == 5001
            assert sum(one.taken_back for one in settled) == sold.earned == 199
        assert at.balance() == AT_FIRST


async def test_a_sale_of_another_till_comes_back_as_the_return_says_rounded_down() -> None:
    async with at_bonus(earn="1.33") as at:
        sale = await priced(at.backend, 5001)
        await at.backend.save_sale(selling(sale))
        other = at.another(earn="1.33")
        await other.open(OPENING)
        settled = [await other.save_return(returning(returned(sale, one, 1000))) for one in PARTS]
        await other.close()
        assert [one.given_back for one in settled] == [2500, 2500]
        assert [one.taken_back for one in settled] == [99, 99]


async def test_a_return_that_was_refused_is_reckoned_anew() -> None:
    async with at_bonus() as at:
        sale = bought()
        await at.backend.save_sale(selling(sale))
        back = returned(sale, PARTS[0])
        at.keeper.cards.renumber(ANNA, "gone")
        with pytest.raises(Refused):
            await at.backend.save_return(returning(back))
        at.keeper.cards.renumber("gone", ANNA)
        settled = await at.backend.save_return(returning(returned(sale, PARTS[0], 1000)))
        assert settled.taken_back == 100
        settled = await at.backend.save_return(returning(returned(sale, PARTS[1], 1000)))
        assert settled.taken_back == 100


async def test_what_a_sale_brought_lasts(tmp_path: Path) -> None:
    async with at_bonus() as at:
        for turn, number in enumerate(PARTS):
            backend = client(at.url, at.clock, folder=tmp_path / "data", earn="1.33")
            await backend.open(OPENING)
            if not turn:
                await backend.save_sale(selling(bought()))
            await backend.save_return(returning(returned(bought(), number, 1000)))
            await backend.close()
        assert at.balance() == AT_FIRST


@pytest.mark.parametrize("damage", [b"nonsense" * 1000, None])
async def test_trouble_with_it_keeps_no_receipt(
    damage: bytes | None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A file that is none of ours, or (None) a folder in its place."""
    place = tmp_path / "set10-bonus.db"
    if damage is None:
        place.mkdir()
    else:
        place.write_bytes(damage)
    async with at_bonus() as at:
        backend = client(at.url, at.clock, folder=tmp_path)
        await backend.open(OPENING)
        await backend.save_sale(selling(bought()))
        await backend.save_return(returning(returned(bought(), PARTS[0])))
        await backend.close()
        assert [one.points for one in at.moved()] == [200, -200]
    assert bool(caplog.records) is (damage is None)


async def test_goods_of_nobody_move_no_points() -> None:
    ear = Ear()
    async with at_bonus() as at:
        token = hearing(ear)
        nobody = replace(bought(), buyer=None)
        unknown = replace(bought(), buyer=Buyer(Identifier(IdentifierKind.PHONE, "+79001234501")))
        for receipt in (nobody, unknown):
            await at.backend.save_sale(selling(receipt))
            await at.backend.save_return(returning(returned(receipt, "R0102-000008")))
            assert (
                await at.backend.calculate(ex.CalculateRequest(receipt=receipt, at=MORNING))
                == ex.Calculation()
            )
        MEDDLER.reset(token)
    assert ear.heard == []


async def test_a_card_that_could_not_be_verified_earns_later() -> None:
    async with at_bonus() as at:
        receipt = replace(bought(), buyer=Buyer(CARD))
        assert (await at.backend.save_sale(selling(receipt, again=True))).earned == 200


# --- a receipt that is put aside


async def test_points_are_blocked_for_a_receipt_that_is_put_aside() -> None:
    async with at_bonus() as at:
        receipt = bought(spend=5000)
        request = ex.ReserveRequest(operation_id="op", receipt=receipt, spend=5000, at=MORNING)
        for _turn in range(2):
            await at.backend.reserve(request)
            assert at.balance() == AT_FIRST - 5000
        release = ex.ReleaseRequest(operation_id="op", receipt=receipt, at=MORNING)
        for _turn in range(2):
            await at.backend.release(release)
            assert at.balance() == AT_FIRST
        too_many = request.model_copy(update={"spend": AT_FIRST + 1})
        with pytest.raises(Refused) as caught:
            await at.backend.reserve(too_many)
        assert caught.value.reason is Reason.LIMIT_EXCEEDED


async def test_what_the_service_has_no_method_for_is_refused() -> None:
    async with at_bonus() as at:
        with pytest.raises(Refused):
            await at.backend.certificate(ex.CertificateRequest(number="1", at=MORNING))
        with pytest.raises(Refused):
            await at.backend.calculate(
                ex.CalculateRequest(receipt=bought(), spend=AT_FIRST + 1, at=MORNING)
            )


async def test_nobody_there_is_no_outcome_unknown() -> None:
    backend = client("http://127.0.0.1:9", ManualClock(MORNING), network={"again": 0})
    with pytest.raises(Unavailable):
        await backend.save_sale(selling(bought()))
    await backend.close()


# --- answers that are lost


async def surely(backend: BonusBackend, receipt: Receipt, *, back: bool = False) -> None:
    """As the till does: once more, and then from the queue."""
    for again in (False, True, True):
        try:
            if back:
                await backend.save_return(returning(receipt, again=again))
            else:
                await backend.save_sale(selling(receipt, again=again))
        except OutcomeUnknown:
            continue
        return
    raise AssertionError("never done")


@pytest.mark.parametrize("sent", [True, False])
@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize("which", range(5))
async def test_whatever_answer_is_lost_points_move_once(
    which: int, numbered: bool, sent: bool
) -> None:
    async with at_bonus(write_off_numbers=numbered) as at:
        sale = await priced(at.backend, 5000)
        token = hearing(Ear(which, sent))
        await surely(at.backend, sale)
        await surely(at.backend, returned(sale, "R0102-000008", 1000), back=True)
        MEDDLER.reset(token)
        assert [one.points for one in at.moved()] == [-5000, 150, 2500, -75]


async def lost(at: At, receipt: Receipt, which: int = 0, *, sent: bool = True) -> None:
    token = hearing(Ear(which, sent))
    with pytest.raises(OutcomeUnknown):
        await at.backend.save_sale(selling(receipt))
    MEDDLER.reset(token)


LOST = ((0, True), (0, False), (1, True), (1, False))
"""Which answer is lost, and whether the request got there."""


async def after_a_crash(at: At, sale: Receipt) -> None:
    another = at.another()
    await another.open(OPENING)
    try:
        await another.save_sale(selling(sale, again=True))
    finally:
        await another.close()


@pytest.mark.parametrize(("which", "sent"), LOST)
async def test_a_till_that_crashed_meanwhile_finds_out(which: int, sent: bool) -> None:
    async with at_bonus() as at:
        sale = await priced(at.backend, 5000)
        await lost(at, sale, which, sent=sent)
        await after_a_crash(at, sale)
        assert [one.points for one in at.moved()] == [-5000, 150]


@pytest.mark.parametrize(("which", "sent"), LOST)
async def test_a_balance_that_may_mean_all_or_nothing_is_not_trusted(
    which: int, sent: bool
) -> None:
    """1.98 bring 1.98: once both have happened the balance is as if neither had."""
    async with at_bonus() as at:
        sale = await priced(at.backend, 198)
        await lost(at, sale, which, sent=sent)
        if at.balance() == AT_FIRST:
            before = at.moved()
            with pytest.raises(OutcomeUnknown, match="cannot be told"):
                await after_a_crash(at, sale)
            assert at.moved() == before
        else:
            await after_a_crash(at, sale)
            assert [one.points for one in at.moved()] == [-198, 198]


async def test_where_nobody_can_tell_a_person_looks_at_it() -> None:
    async with at_bonus() as at:
        sale = await priced(at.backend, 5000)
        await lost(at, sale)
        at.keeper.points.give("by-hand", ANNA, 7, "meanwhile")
        with pytest.raises(OutcomeUnknown) as unknown:
            await at.backend.save_sale(selling(sale, again=True))
        assert unknown.value.ours
        with pytest.raises(Refused, match="the balance changed meanwhile"):
            await at.backend.save_sale(selling(sale, again=True))
        assert [one.points for one in at.moved()] == [-5000]


async def test_without_the_words_of_the_receipt_nobody_can_tell_either() -> None:
    async with at_bonus() as at:
        with pytest.raises(OutcomeUnknown):
            await at.backend.save_sale(selling(bought(spend=5000), again=True))
        assert at.moved() == []


async def test_silence_after_a_step_is_an_unknown_outcome() -> None:
    """The second step never got there; the first is done."""
    async with at_bonus() as at:
        sale = await priced(at.backend, 5000)
        await lost(at, sale, 1, sent=False)
        assert [one.points for one in at.moved()] == [-5000]


async def test_a_no_to_the_second_step_does_not_undo_the_first() -> None:
    async with at_bonus() as at:
        sale = await priced(at.backend, 5000)
        taken = replace(sale, buyer=Buyer(CARD), spend=0, lines=bought().lines)
        await at.backend.save_sale(selling(replace(taken, receipt_id="other")))
        settled = await at.backend.save_sale(selling(sale))  # the same numbers, another sum
    assert (settled.spent, settled.earned) == (5000, 0)
    assert "were not charged" in settled.messages[0].text


async def test_a_name_and_a_password_go_along() -> None:
    ear = Ear()
    async with at_bonus() as at:
        named = at.another(login="till", password="s3cret")  # noqa: S106 - nobody's
        token = hearing(ear)
        with pytest.raises(Unavailable):
            await named.open(OPENING)
        MEDDLER.reset(token)
        await named.close()
    assert ("Authorization", "Basic dGlsbDpzM2NyZXQ=") in ear.heard[0].headers
