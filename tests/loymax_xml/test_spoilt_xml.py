"""Answers that are spoilt: whatever comes, the till hears one of three outcomes."""

from collections.abc import Iterator
from typing import Any

import pytest
import stamina
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loymax_xml.stage_xml import BORIS, Stage, open_receipt, priced, returning, selling
from lxml import etree
from mapped.mutated import RAW
from set10.test_soap import HOSTILE
from stand import MORNING

from cashier import exchange as ex
from cashier.exchange import OutcomeUnknown, Refused, Unavailable
from cashier.receipt import Identifier, IdentifierKind

OPENING = ex.Opening(shop="01", till="till-01")
WHO = ex.IdentifyRequest(identifier=Identifier(IdentifierKind.CARD, BORIS), at=MORNING)


@pytest.fixture(autouse=True)
def _at_once() -> Iterator[None]:
    stamina.set_testing(True, attempts=1)
    yield
    stamina.set_testing(False)


ODD = ("", " ", "x", "-1", "0", "0.001", "9" * 13, "9" * 40, "NaN", "\u202e", "1e9", "2026-13-45",
       "7", "15", "2")  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn, body: bytes) -> bytes:
    match draw(st.sampled_from(("raw", "cut", "changed", "changed", "changed", "changed"))):
        case "raw":
            return draw(st.sampled_from((*RAW, *HOSTILE.values())))
        case "cut":
            return body[: draw(st.integers(0, len(body)))]
    root = etree.fromstring(body)
    for _turn in range(draw(st.integers(1, 2))):
        one = draw(st.sampled_from(list(root.iter("*"))))
        parent = one.getparent()
        match draw(st.sampled_from(("attribute", "attribute", "drop", "rename", "twice", "text"))):
            case "drop" if parent is not None:
                parent.remove(one)
            case "rename":
                one.tag = draw(st.sampled_from(("Item", "Cheque", "ChequeLine", "Other")))
            case "twice" if parent is not None:
                parent.append(etree.fromstring(etree.tostring(one)))
            case "text":
                one.text = draw(st.sampled_from(ODD))
            case _ if one.attrib:
                name = draw(st.sampled_from(sorted(map(str, one.attrib))))
                one.set(name, draw(st.sampled_from(ODD)))
            case _:
                one.set("ErrorCode", draw(st.sampled_from(ODD)))
    return etree.tostring(root)


STEPS = ("open", "identify", "check_coupon", "calculate", "points", "reserve", "release",
         "save_sale", "save_return", "cancel_sale")  # fmt: skip
LOOKING = STEPS[:5]


async def step(stage: Stage, name: str) -> Any:
    """With what must be there before it; the answers are spoilt from then on."""
    spoil, stage.between.spoil = stage.between.spoil, lambda _number, body: body
    receipt = await priced(stage)
    if name in ("save_return", "cancel_sale"):
        await stage.backend.save_sale(selling(receipt))
    about: dict[str, ex.Frozen] = {
        "open": OPENING,
        "identify": WHO,
        "check_coupon": ex.CheckCouponRequest(receipt=receipt, code="SPRING10", at=MORNING),
        "calculate": ex.CalculateRequest(receipt=open_receipt(), at=MORNING),
        "points": ex.PointsRequest(receipt=receipt, at=MORNING),
        "reserve": ex.ReserveRequest(operation_id="h", receipt=receipt, spend=0, at=MORNING),
        "release": ex.ReleaseRequest(operation_id="h", receipt=receipt, at=MORNING),
        "save_sale": selling(receipt),
        "save_return": returning(receipt, 1000),
        "cancel_sale": ex.CancelSaleRequest(operation_id="x", receipt=receipt, at=MORNING),
    }
    stage.between.spoil = spoil
    return await getattr(stage.backend, name)(about[name])


@pytest.mark.parametrize("name", STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_a_spoilt_answer_has_one_of_three_outcomes(name: str, data: st.DataObject) -> None:
    stage = Stage()
    stage.between.spoil = lambda _number, body: data.draw(spoilt(body))
    try:
        answer = await step(stage, name)
    except (Refused, Unavailable):
        return
    except OutcomeUnknown:
        assert name not in LOOKING
        return
    finally:
        await stage.house.close()
    if isinstance(answer, ex.Calculation):
        check_prices(answer)
    if isinstance(answer, ex.PointsOffer):
        assert answer.spendable >= 0


def check_prices(answer: ex.Calculation) -> None:
    """No line costs less than nothing."""
    lines = {line.number: line for line in open_receipt().lines}
    for one in answer.lines:
        assert sum(off.amount for off in one.discounts) <= lines[one.number].total
