"""Payments that a customer confirms: by a code, or by four digits of his card."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from loymax.stage import Stage, lost
from loymax_xml.stage_xml import open_receipt, priced, selling
from stand import MORNING, demo_rules

from backends.house.rules import Rules
from backends.loymax.common.names import PaymentConfirmation
from backends.loymax.desk.settings import LoymaxSettings
from cashier import exchange as ex
from cashier.exchange import Can, OutcomeUnknown, Reason, Refused


def strict() -> Rules:
    """More than five points want a code."""
    known = demo_rules()
    points = known.settings.points.model_copy(update={"confirm_above": 500})
    settings = known.settings.model_copy(update={"points": points})
    return known.model_copy(update={"settings": settings})


@pytest.fixture(params=["PINCode", "LastFourNumbers"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    how = PaymentConfirmation(request.param)
    made = Stage(settings=LoymaxSettings(payment_confirmation=how), rules=strict())
    made.backend = made.till(payment_confirmation=how)
    yield made
    await made.house.close()


def right(stage: Stage) -> str:
    """What the customer tells."""
    by_code = stage.settings.payment_confirmation is PaymentConfirmation.PIN_CODE
    return stage.phone[-1].code if by_code else "0025"


def hold(code: str | None = None, points: int = 1000) -> ex.ReserveRequest:
    told = ex.Confirmation(challenge="any", code=code) if code is not None else None
    return ex.ReserveRequest(
        operation_id="h", receipt=open_receipt(), spend=points, confirmation=told, at=MORNING
    )


async def test_points_are_held_once_he_told_it_and_the_sale_takes_them(stage: Stage) -> None:
    before = stage.available()
    assert Can.RESERVE in (await stage.backend.open(ex.Opening(shop="01", till="01"))).can
    offer = await stage.backend.points(ex.PointsRequest(receipt=open_receipt(), at=MORNING))
    assert offer.must_confirm
    asked = await stage.backend.reserve(hold())
    assert isinstance(asked, ex.ConfirmationRequired)
    for wrong in ("0", "wrong"):
        with pytest.raises(Refused) as caught:
            await stage.backend.reserve(hold(wrong))
        assert caught.value.reason is Reason.WRONG_CODE
    assert stage.available() == before
    stage.between.spoil = lost("/Bonus/Payment")
    with pytest.raises(OutcomeUnknown):
        await stage.backend.reserve(hold(right(stage)))
    assert isinstance(await stage.backend.reserve(hold(right(stage))), ex.Reserved)
    assert stage.available() == before - 1000
    receipt = await priced(stage, spend=1000)
    sold = selling(replace(receipt, hold="h"))
    stage.between.said.clear()
    settled = await stage.backend.save_sale(sold)
    assert stage.between.paths()[:2] == ["Bonus", "Confirm"]
    assert stage.available() == before - 1000 + settled.earned


async def test_a_refused_sale_keeps_what_was_confirmed(stage: Stage) -> None:
    await stage.backend.reserve(hold())
    await stage.backend.reserve(hold(right(stage)))
    held = stage.available()
    receipt = await priced(stage, spend=900)  # others than are held
    with pytest.raises(Refused):
        await stage.backend.save_sale(selling(replace(receipt, hold="h")))
    assert stage.available() == held
    release = ex.ReleaseRequest(operation_id="h", receipt=open_receipt(), at=MORNING)
    await stage.backend.release(release)
    assert stage.available() == held + 1000


async def test_a_till_that_does_not_know_of_it_is_told_no(stage: Stage) -> None:
    receipt = await priced(stage, spend=1000)
    with pytest.raises(Refused) as caught:
        await stage.till().save_sale(selling(receipt))
    assert caught.value.code == "WrongPin"
    assert stage.sales() == 0


async def test_few_points_need_no_code() -> None:
    how = PaymentConfirmation.PIN_CODE
    stage = Stage(settings=LoymaxSettings(payment_confirmation=how), rules=strict())
    till = stage.till(payment_confirmation=how)
    try:
        assert isinstance(await till.reserve(hold(points=500)), ex.Reserved)
        assert stage.phone == []
    finally:
        await stage.house.close()
