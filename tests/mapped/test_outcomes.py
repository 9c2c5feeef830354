"""A no, silence and nonsense: which of the three outcomes each is, and when the till is unsure."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mapped.scripted import scripted
from mapped.small import ASK, BARE, HEAD, READ, REFUSED, SALE, SAVE
from stand import MORNING

from cashier.exchange import (
    Cause,
    CheckCouponRequest,
    OutcomeUnknown,
    Reason,
    Refused,
    ReleaseRequest,
    Unavailable,
)
from cashier.receipt import Coupon, Settled

pytestmark = pytest.mark.usefixtures("no_waiting")


# --- a no


async def test_a_refusal_keeps_reason_code_and_text(tmp_path: Path) -> None:
    script: dict[str, Any] = {
        "POST /sales": [
            (422, {"code": "late", "text": "over since May"}),
            (422, {"code": 7}),
            (422, {"code": "new"}),
        ]
    }
    told = []
    async with scripted(HEAD + REFUSED + SALE, script, tmp_path) as (backend, _service):
        for _turn in range(3):
            with pytest.raises(Refused) as caught:
                await backend.save_sale(SAVE)
            told.append((caught.value.reason, caught.value.code, caught.value.text))
    assert told == [
        (Reason.EXPIRED, "late", "over since May"),
        (Reason.BLOCKED, "7", ""),
        (Reason.OTHER, "new", ""),
    ]


async def test_a_step_has_refusals_of_its_own_even_without_a_call(tmp_path: Path) -> None:
    mapping = (
        HEAD
        + SALE
        + """
[check_coupon]
answer = "{code: request.code}"
[[check_coupon.step]]
refused = [{ when = "request.receipt.coupons", reason = "not_combinable", text = "'one only'" }]
"""
    )
    full = replace(BARE, coupons=(Coupon("A"),))
    async with scripted(mapping, {}, tmp_path) as (backend, _service):
        request = CheckCouponRequest(receipt=BARE, code="B", at=MORNING)
        assert await backend.check_coupon(request) == Coupon("B")
        with pytest.raises(Refused, match="one only") as caught:
            await backend.check_coupon(request.model_copy(update={"receipt": full}))
    assert caught.value.reason is Reason.NOT_COMBINABLE


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        ((404, b"<html>nothing here</html>"), Cause.STATUS),
        ((400, {"odd": 1}), Cause.STATUS),
        ((403, {"odd": 1}), Cause.CREDENTIALS),
        ((200, b""), Cause.PROTOCOL),
        ((200, b"<html>"), Cause.PROTOCOL),
        ((200, {"left": None}), Cause.PROTOCOL),
        ((200, {"left": "many"}), Cause.PROTOCOL),
        ((200, ["left"]), Cause.PROTOCOL),
        ((302, {}), Cause.PROTOCOL),
    ],
)
async def test_what_the_mapping_does_not_know_is_no_answer(
    told: Any, cause: Cause, tmp_path: Path
) -> None:
    script = {"GET /certificates/98": told}
    async with scripted(HEAD + REFUSED + READ + SALE, script, tmp_path) as (backend, _service):
        with pytest.raises(Unavailable) as caught:
            await backend.certificate(ASK)
    assert caught.value.cause is cause
    if isinstance(told[1], bytes):
        assert caught.value.raw == told[1]


async def test_what_must_be_true_and_is_not_names_its_line(tmp_path: Path) -> None:
    mapping = HEAD + READ + 'must = ["body.currency == opening.currency"]\n' + SALE
    script = {
        "GET /certificates/98": [{"left": 1, "currency": "RUB"}, {"left": 1, "currency": "X"}]
    }
    async with scripted(mapping, script, tmp_path) as (backend, _service):
        await backend.certificate(ASK)
        with pytest.raises(
            Unavailable, match=r"line \d+, field certificate\.step\.1\.must\.1"
        ) as e:
            await backend.certificate(ASK)
    assert e.value.cause is Cause.PROTOCOL
    assert b'"X"' in e.value.raw


# --- unsure


async def test_an_answer_to_a_save_that_cannot_be_read_leaves_the_till_unsure(
    tmp_path: Path,
) -> None:
    script: dict[str, Any] = {
        "POST /sales": [{"earned": None}, b"<html>", (500, b"oops"), (200, b"")]
    }
    async with scripted(HEAD + SALE, script, tmp_path) as (backend, _service):
        for cause in (Cause.PROTOCOL, Cause.PROTOCOL, Cause.STATUS, Cause.PROTOCOL):
            with pytest.raises(OutcomeUnknown) as caught:
                await backend.save_sale(SAVE)
            assert caught.value.cause is cause


THREE = """
[save_sale]
answer = "{earned: hundredths(sale.earned), balance: wallet && hundredths(wallet.sum)}"
[[save_sale.step]]
http = "POST /ask"
changes = false
[[save_sale.step]]
name = "sale"
http = "POST /sales"
[[save_sale.step]]
name = "wallet"
http = "GET /wallet"
"""


async def test_what_fails_after_a_change_leaves_the_till_unsure(tmp_path: Path) -> None:
    script: dict[str, Any] = {
        "POST /ask": [(422, {"code": "late"}), (404, b""), {}],
        "POST /sales": {"earned": 1},
        "GET /wallet": [(422, {"code": "late"}), (404, b"<html>"), {"sum": "x"}],
    }
    async with scripted(HEAD + REFUSED + THREE, script, tmp_path) as (backend, service):
        with pytest.raises(Refused):
            await backend.save_sale(SAVE)
        with pytest.raises(Unavailable):
            await backend.save_sale(SAVE)
        assert "POST /sales" not in service.lines
        causes = []
        for _turn in range(3):
            with pytest.raises(OutcomeUnknown) as caught:
                await backend.save_sale(SAVE)
            causes.append(caught.value.cause)
    assert causes == [Cause.PROTOCOL, Cause.STATUS, Cause.PROTOCOL]


async def test_what_need_not_go_well_does_not_stop_the_method(tmp_path: Path) -> None:
    mapping = HEAD + REFUSED + THREE + "optional = true\n"
    script: dict[str, Any] = {
        "POST /ask": {},
        "POST /sales": {"earned": 1},
        "GET /wallet": [(422, {}), (500, b""), (500, b""), (500, b""), b"<html>", {"sum": 3}],
    }
    async with scripted(mapping, script, tmp_path) as (backend, _service):
        for _turn in range(3):
            assert await backend.save_sale(SAVE) == Settled(earned=100)
        assert await backend.save_sale(SAVE) == Settled(earned=100, balance=300)


UNDO = """
[save_sale]
answer = {}
[[save_sale.step]]
name = "paid"
http = "POST /pay"
[[save_sale.step]]
undoes = "paid"
http = "DELETE /pay"
empty = true
[[save_sale.step]]
http = "POST /sales"
"""


async def test_a_change_is_taken_back_where_the_mapping_says_how(tmp_path: Path) -> None:
    script: dict[str, Any] = {
        "POST /pay": {},
        "DELETE /pay": [(204, b""), (204, b""), (500, b"")],
        "POST /sales": [
            (422, {"code": "late"}), (404, b"<html>"), (422, {"code": "late"}), (500, b""), {},
        ],
    }  # fmt: skip
    async with scripted(HEAD + REFUSED + UNDO, script, tmp_path) as (backend, service):
        with pytest.raises(Refused) as no:  # taken back: it is the plain no that it was
            await backend.save_sale(SAVE)
        assert no.value.reason is Reason.EXPIRED
        with pytest.raises(Unavailable):
            await backend.save_sale(SAVE)
        with pytest.raises(OutcomeUnknown):  # the undoing failed
            await backend.save_sale(SAVE)
        undone = service.lines.count("DELETE /pay")
        with pytest.raises(OutcomeUnknown):  # perhaps it was sold: nothing is taken back
            await backend.save_sale(SAVE)
        assert service.lines.count("DELETE /pay") == undone
        assert await backend.save_sale(SAVE) == Settled()


async def test_no_content_is_an_answer_and_so_is_emptiness_where_it_is_said(tmp_path: Path) -> None:
    mapping = (
        HEAD
        + SALE
        + """
[release]
[[release.step]]
http = "DELETE /holds/{request.operation_id}"
"""
    )
    request = ReleaseRequest(operation_id="h1", receipt=BARE, at=MORNING)
    script: dict[str, Any] = {"DELETE /holds/h1": [(204, b""), (200, b"")]}
    async with scripted(mapping, script, tmp_path) as (backend, _service):
        await backend.release(request)
        with pytest.raises(OutcomeUnknown, match="empty"):
            await backend.release(request)
    script = {"DELETE /holds/h1": (200, b"")}
    async with scripted(mapping + "empty = true\n", script, tmp_path) as (backend, _service):
        await backend.release(request)
