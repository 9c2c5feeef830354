"""Every code of the service has its reason, and its words are shown as they came."""

import pytest
from manzana.receipts import sale
from manzana.service import answer, talking
from stand import MORNING

from cashier.exchange import CalculateRequest, Cause, Reason, Refused, Unavailable

REASONS = {
    Reason.NOT_FOUND: "80001 80040 80100 80180 80220 80241 80362 84001 84022 84042 81100 81260"
    " 81380 80363 81342 84121 82001 81340 81344 81341 81343 84203 84204 86800 82781",
    Reason.EXPIRED: "80106 84044",
    Reason.NOT_YET_VALID: "84043",
    Reason.BLOCKED: "80320 80420 82729 82040 84003 84004 84005 84045 110051",
    Reason.LIMIT_EXCEEDED: "81111 81302 81400 81261 84207",
    Reason.WRONG_CUSTOMER: "84206 81382",
    Reason.WRONG_SHOP: "81381",
    Reason.WRONG_GOODS: "81321 81330",
    Reason.NOT_COMBINABLE: "89146",
    Reason.ALREADY_PROCESSED: "81301 84201 84208",
    Reason.WRONG_CODE: "110043",
    Reason.OTHER: "85040 80242 80280 80360 81101 81102 82000 81103 81123 81125 81104 81126 81135"
    " 81107 81110 80400 82721 84101 84102 84103 81112 81120 81320 81322 81327 81122 81328 81329"
    " 81360 81364 84061 84062 84141 84202 84205 84021 999999 -26",
}


@pytest.mark.parametrize("reason", REASONS)
async def test_reasons(reason: Reason) -> None:
    codes = REASONS[reason].split()
    said = [answer("ChequeResponse", code=int(one), message=f"№ {one}, 45,96") for one in codes]
    async with talking(*said, said[-1]) as talk:
        for code in codes:
            with pytest.raises(Refused) as no:
                await talk.till.calculate(CalculateRequest(receipt=sale(), at=MORNING))
            assert (no.value.reason, no.value.code) == (reason, code)
            assert no.value.text == f"№ {code}, 45,96"


async def test_who_may_not_come_in() -> None:
    async with talking(answer("ChequeResponse", code=4, message="Нет доступа")) as talk:
        with pytest.raises(Unavailable) as closed:
            await talk.till.calculate(CalculateRequest(receipt=sale(), at=MORNING))
    assert closed.value.cause is Cause.CREDENTIALS
