"""The service by itself: the codes of the reference, repetitions, several requests in one call."""

import pytest
from manzana.at_server import ANNA, SOAP, at_server, cheque, text

from backends.manzana.wire.parts import NAMESPACE

SALE = (
    "<ChequeReference><POS>01</POS><Number>n-1</Number>"
    "<DateTime>2026-03-03T10:00:00+03:00</DateTime></ChequeReference>"
)


async def test_a_number_counts_once_a_day_at_a_till() -> None:
    async with at_server() as at:
        first = await at.ask(cheque())
        assert text(first, "ReturnCode") == "0"
        assert -(2**63) <= int(text(first, "TransactionID")) < 2**63
        assert text(await at.ask(cheque()), "ReturnCode") == "81301"
        assert text(await at.ask(cheque(pos="02")), "ReturnCode") == "0"
        yesterday = cheque(at="2026-03-02T10:00:00+03:00")
        assert text(await at.ask(yesterday), "ReturnCode") == "0"


async def test_soft_changes_nothing_and_tells_the_balance_to_come() -> None:
    async with at_server() as at:
        balance = "<BalanceRequest><RequestID>b</RequestID><Card><CardNumber>" + ANNA
        balance += "</CardNumber></Card><DateTime>2026-03-03T10:00:00+03:00</DateTime>"
        balance += "</BalanceRequest>"
        before = text(await at.ask(balance), "CardBalance")
        soft = await at.ask(cheque(kind="Soft"))
        assert float(text(soft, "CardBalance")) == pytest.approx(
            float(before) + float(text(soft, "ChargedBonus"))
        )
        assert text(await at.ask(balance), "CardBalance") == before
        done = await at.ask(cheque())
        assert text(done, "CardBalance") == text(soft, "CardBalance")
        assert text(done, "SummDiscounted") == text(soft, "SummDiscounted")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (cheque(card="2900000099991"), "80241"),
        (cheque(card="2900000000063"), "84003"),
        (cheque(pos=""), "81102"),
        (cheque(number=""), "84061"),
        (cheque(operation="Gift"), "81107"),
        (cheque(summ="199.00", quantity="2").replace("<Summ>199.00", "<Summ>1", 1), "81328"),
        (cheque().replace("<SummDiscounted>200", "<SummDiscounted>20", 1), "81329"),
        (cheque(price="-1"), "81324"),
        (cheque(at="2027-01-01T10:00:00+03:00"), "81123"),
        (cheque(at="soon"), "81124"),
        (cheque(paid="1"), "81111"),
        (cheque("b", operation="Return"), "84202"),
        (cheque("b", operation="Return", more=SALE), "84203"),
        (cheque("b", operation="Return", more=SALE, paid="1"), "89146"),
        (cheque("b", operation="Rollback", more=SALE), "81380"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_code(asked: str, code: str) -> None:
    async with at_server() as at:
        told = await at.ask(asked)
        assert (text(told, "ReturnCode"), bool(text(told, "Message"))) == (code, True)


async def test_a_sale_comes_back_in_parts_and_not_more_than_it_was() -> None:
    async with at_server() as at:
        await at.ask(cheque())
        half = {"operation": "Return", "more": SALE, "quantity": "1", "summ": "100.00"}
        assert text(await at.ask(cheque("b-1", **half)), "ReturnCode") == "0"
        other = await at.ask(cheque("b-2", card="2900000000025", **half))
        assert text(other, "ReturnCode") == "84206"
        strange = await at.ask(cheque("b-2", **{**half, "article": "nothing"}))
        assert text(strange, "ReturnCode") == "81321"
        assert text(await at.ask(cheque("b-2", **half)), "ReturnCode") == "0"
        assert text(await at.ask(cheque("b-3", **half)), "ReturnCode") == "84208"


async def test_a_rollback_undoes_by_the_number_of_the_transaction() -> None:
    async with at_server() as at:
        done = await at.ask(cheque())
        of = f"<TransactionReference><TransactionID>{text(done, 'TransactionID')}"
        of += "</TransactionID></TransactionReference>"
        back = {"operation": "Rollback", "more": of}
        assert text(await at.ask(cheque("", pos="02", **back)), "ReturnCode") == "81381"
        other = await at.ask(cheque("", card="2900000000025", **back))
        assert text(other, "ReturnCode") == "81382"
        before = float(text(done, "CardBalance")) - float(text(done, "ChargedBonus"))
        undone = await at.ask(cheque("", **back))
        assert (text(undone, "ReturnCode"), float(text(undone, "CardBalance"))) == ("0", before)


async def test_the_newer_shape_and_several_requests_in_one_call() -> None:
    async with at_server() as at:
        newer = await at.ask(cheque(kind="Soft"), "ProcessRequestInfo")
        assert text(newer, "ReturnCode") == "0"
        body = (
            f'<s:Envelope xmlns:s="{SOAP}"><s:Body><ProcessRequest xmlns="{NAMESPACE}"><request>'
            f"{cheque('a')}{cheque('b', card='nobody')}</request></ProcessRequest></s:Body>"
            "</s:Envelope>"
        )
        answer = await at.post(body.encode())
        assert answer.text.count("<loy:ReturnCode>") == 2
        assert answer.text.count("<loy:ReturnCode>0<") == 1


async def test_a_sale_that_nobody_asked_about_got_nothing_off() -> None:
    """It was made without a connection."""
    async with at_server() as at:
        offline = await at.ask(cheque("offline"))
        assert text(offline, "SummDiscounted") == "200.00"
        assert float(text(offline, "ChargedBonus")) > 0


async def test_a_return_is_booked_on_the_sale_of_the_till_that_it_names() -> None:
    async with at_server() as at:
        mine = await at.ask(cheque(pos="01", quantity="1", summ="100.00"))
        other = await at.ask(cheque(pos="02"))
        assert (text(mine, "ReturnCode"), text(other, "ReturnCode")) == ("0", "0")
        of_other = SALE.replace("<POS>01", "<POS>02")
        back = await at.ask(cheque("b-1", operation="Return", more=of_other))
        assert (text(back, "ReturnCode"), text(back, "WriteoffBonus")) == (
            "0",
            text(other, "ChargedBonus"),
        )
        own = await at.ask(
            cheque("b-1", operation="Return", more=SALE, pos="02", quantity="1", summ="100.00")
        )
        assert text(own, "ReturnCode") == "0"  # the number of a return, too, is each till's own
        of_nobody = SALE.replace("<POS>01", "<POS>03")
        nothing = await at.ask(cheque("b-2", operation="Return", more=of_nobody))
        assert text(nothing, "ReturnCode") == "84203"


async def test_a_service_that_died_before_it_noted_a_sale_knows_it_all_the_same() -> None:
    async with at_server() as at:
        done = await at.ask(cheque())
        (noted,) = at.store.posted.all()
        assert at.store.posted.remove(noted.id)
        again = await at.ask(cheque())
        assert text(again, "ReturnCode") == "81301"
        assert text(again, "ChargedBonus") == text(done, "ChargedBonus")
        assert text(again, "TransactionID") == text(done, "TransactionID")
        assert at.store.posted.all() == [noted]
        assert at.store.posted.remove(noted.id)
        back = await at.ask(cheque("b-1", operation="Return", more=SALE))
        assert text(back, "ReturnCode") == "0"


async def test_what_was_rolled_back_is_not_said_to_stand() -> None:
    async with at_server() as at:
        await at.ask(cheque())
        assert text(await at.ask(cheque("", operation="Rollback", more=SALE)), "ReturnCode") == "0"
        again = await at.ask(cheque())
        assert (text(again, "ReturnCode"), text(again, "ChargedBonus")) == ("80420", "")


async def test_two_tills_may_ask_about_the_same_number() -> None:
    async with at_server() as at:
        asked = await at.ask(cheque(kind="Soft", pos="01"))
        await at.ask(cheque(kind="Soft", pos="02", quantity="1", summ="100.00"))
        done = await at.ask(cheque(pos="01"))
        assert text(done, "SummDiscounted") == text(asked, "SummDiscounted")
        assert at.store.priced.get("01|n-1") != at.store.priced.get("02|n-1")


async def test_a_return_is_rolled_back_as_well() -> None:
    async with at_server() as at:
        sold = await at.ask(cheque())
        back = {"operation": "Return", "more": SALE}
        returned = await at.ask(cheque("b-1", **back))
        of = f"<TransactionReference><TransactionID>{text(returned, 'TransactionID')}"
        of += "</TransactionID></TransactionReference>"
        undone = await at.ask(cheque("", operation="Rollback", more=of))
        assert text(undone, "ReturnCode") == "0"
        assert text(undone, "CardBalance") == text(sold, "CardBalance")
        assert (
            text(await at.ask(cheque("", operation="Rollback", more=of)), "ReturnCode") == "81380"
        )
        assert text(await at.ask(cheque("b-1", **back)), "ReturnCode") == "80420"
        anew = await at.ask(cheque("b-2", **back))
        assert (text(anew, "ReturnCode"), text(anew, "CardBalance")) == (
            "0",
            text(returned, "CardBalance"),
        )


async def test_what_came_back_since_is_not_rolled_back_and_nobody_takes_it_for_done() -> None:
    async with at_server() as at:
        await at.ask(cheque())
        half = {"operation": "Return", "more": SALE, "quantity": "1", "summ": "100.00"}
        await at.ask(cheque("b-1", **half))
        await at.ask(cheque("b-2", **half))
        for number in ("n-1", "b-1"):
            of = SALE.replace("n-1", number)
            told = await at.ask(cheque("", operation="Rollback", more=of))
            assert (text(told, "ReturnCode"), bool(text(told, "Message"))) == ("80420", True)
        last = SALE.replace("n-1", "b-2")
        assert text(await at.ask(cheque("", operation="Rollback", more=last)), "ReturnCode") == "0"


async def test_a_return_of_a_return_is_none() -> None:
    async with at_server() as at:
        await at.ask(cheque())
        half = {"operation": "Return", "quantity": "1", "summ": "100.00"}
        await at.ask(cheque("b-1", more=SALE, **half))
        of = SALE.replace("n-1", "b-1")
        assert text(await at.ask(cheque("b-2", more=of, **half)), "ReturnCode") == "84205"


async def test_the_number_of_a_return_counts_once_a_day_as_well() -> None:
    async with at_server() as at:
        await at.ask(cheque())
        half = {"operation": "Return", "more": SALE, "quantity": "1", "summ": "100.00"}
        first = await at.ask(cheque("b-1", **half))
        again = await at.ask(cheque("b-1", **half))
        assert (text(again, "ReturnCode"), text(again, "WriteoffBonus")) == (
            "81301",
            text(first, "WriteoffBonus"),
        )
        await at.clock.move(days=1)
        tomorrow = await at.ask(cheque("b-1", at="2026-03-04T10:00:00+03:00", **half))
        assert text(tomorrow, "ReturnCode") == "0"
        of = f"<TransactionReference><TransactionID>{text(tomorrow, 'TransactionID')}"
        of += "</TransactionID></TransactionReference>"
        undone = await at.ask(
            cheque("", operation="Rollback", more=of, at="2026-03-04T10:00:00+03:00")
        )
        assert text(undone, "ReturnCode") == "0"
        assert text(undone, "CardBalance") == text(first, "CardBalance")
