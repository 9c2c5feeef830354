"""Answers that are spoilt: whatever comes, the till hears one of three outcomes."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loymax.gifts import GIFT, gift, milk
from loymax.stage import Came, Stage
from loymax_xml.stage_xml import BORIS, open_receipt, priced, returning, selling
from mapped.mutated import answers
from stand import MORNING

from cashier import exchange as ex
from cashier.exchange import OutcomeUnknown, Refused, Unavailable
from cashier.receipt import Identifier, IdentifierKind

SHOWN = Identifier(IdentifierKind.CARD, BORIS)
STEPS = ("open", "identify", "check_coupon", "calculate", "points", "reserve", "release",
         "save_sale", "save_return", "cancel_sale", "certificate", "find_sale", "register",
         "attach_card", "sell_certificate", "pay_with_certificate")  # fmt: skip
LOOKING = {*STEPS[:5], "certificate", "find_sale"}


async def step(stage: Stage, name: str, data: st.DataObject) -> Any:
    """With what must be there before it; the answers are spoilt from then on."""
    receipt = await priced(stage, spend=1000)
    if name in ("save_return", "cancel_sale", "find_sale"):
        await stage.backend.save_sale(selling(receipt))
    if name == "pay_with_certificate":
        await stage.backend.save_sale(selling(gift(), "gift"))
    about: dict[str, ex.Frozen] = {
        "open": ex.Opening(shop="01", till="01"),
        "identify": ex.IdentifyRequest(identifier=SHOWN, at=MORNING),
        "check_coupon": ex.CheckCouponRequest(receipt=receipt, code="SPRING10", at=MORNING),
        "calculate": ex.CalculateRequest(receipt=open_receipt(), at=MORNING),
        "points": ex.PointsRequest(receipt=receipt, at=MORNING),
        "reserve": ex.ReserveRequest(operation_id="h", receipt=receipt, spend=0, at=MORNING),
        "release": ex.ReleaseRequest(operation_id="h", receipt=receipt, at=MORNING),
        "save_sale": selling(receipt),
        "save_return": returning(receipt, 1000),
        "certificate": ex.CertificateRequest(number=GIFT, at=MORNING),
        "find_sale": ex.FindSaleRequest(number=receipt.number, at=MORNING),
        "register": ex.RegisterRequest(operation_id="n", phone="+79001239999", at=MORNING),
        "attach_card": ex.AttachCardRequest(operation_id="a", customer_id="c02", at=MORNING),
        "sell_certificate": selling(gift(), "gift"),
        "pay_with_certificate": selling(milk(20_000)),
        "cancel_sale": ex.CancelSaleRequest(operation_id="x", receipt=receipt, at=MORNING),
    }

    def spoil(_path: str, status: int, body: bytes) -> Came:
        sample = body if body.startswith(b"{") else b'{"code": ""}'
        return data.draw(answers(sample, status))

    stage.between.spoil = spoil
    method = "save_sale" if name.endswith("certificate") and "_" in name else name
    return await getattr(stage.backend, method)(about[name])


@pytest.mark.parametrize("name", STEPS)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_a_spoilt_answer_has_one_of_three_outcomes(name: str, data: st.DataObject) -> None:
    stage = Stage()
    try:
        answer = await step(stage, name, data)
    except (Refused, Unavailable):
        return
    except OutcomeUnknown:
        assert name not in LOOKING
        return
    finally:
        await stage.house.close()
    if isinstance(answer, ex.Calculation):
        lines = {line.number: line for line in open_receipt().lines}
        assert all(
            sum(off.amount for off in one.discounts) <= lines[one.number].total
            for one in answer.lines
        )
    if isinstance(answer, ex.PointsOffer):
        assert answer.spendable >= 0
