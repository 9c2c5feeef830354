"""A sale at the keyboard, from the first scan to the next customer."""

from seat import Sit

from cashier.commands import Connection
from cashier.receipt import TenderKind

BREAD, RYE = "4600000000015", "4600000000022"
VERA = "2900000000032"


async def test_a_scan_is_a_line_and_a_total(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(BREAD, f"3*{RYE}")
        assert [line.quantity for line in seat.stand.receipt.lines] == [1000, 3000]
        assert seat.screen.money.word == "TOTAL"
        assert seat.screen.money.sum == "220.60"
        assert "3 × 56.90" in seat.seen()


async def test_enter_alone_leads_through_the_whole_sale(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(BREAD, "")
        assert seat.state == "calculated"
        await seat.enter("")
        assert seat.prompt == "Cash received"
        await seat.enter("")
        assert seat.state == "finished"
        assert seat.screen.money.word == "CHANGE"
        await seat.enter("")
        assert "Ready for the next customer" in seat.seen()
        assert seat.screen.money.sum == "0.00"


async def test_cash_gives_change(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(BREAD)
        await seat.type("<f9>")
        await seat.enter("100")
        assert (seat.screen.money.word, seat.screen.money.sum) == ("CHANGE", "53.00")
        assert seat.stand.receipt.total == 4700


async def test_a_typed_sum_and_a_key_pay_a_part(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(BREAD)
        await seat.type("20", "<f10>")
        assert seat.screen.money.word == "DUE"
        assert seat.stand.receipt.tenders[0].kind is TenderKind.CARD
        await seat.type("<f10>")
        assert seat.state == "finished"


async def test_letters_look_for_goods_and_enter_takes_one(sit: Sit) -> None:
    async with sit() as seat:
        await seat.type("rye")
        assert "Dvorik rye bread" in seat.seen()
        await seat.enter("")
        assert seat.stand.receipt.lines[0].name.startswith("Dvorik rye")
        assert not seat.screen.found.display


async def test_the_arrows_choose_among_the_goods_found(sit: Sit) -> None:
    async with sit() as seat:
        await seat.type("bread", "<down>")
        wanted = seat.screen.found.good
        assert wanted is not None
        await seat.enter("")
        assert seat.stand.receipt.lines[0].sku == wanted.sku


async def test_the_selected_line_gets_another_quantity(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(BREAD, RYE)
        await seat.type("<up>", "<up>", "<f6>")
        assert seat.prompt == "Quantity of Polevoy wheat bread, 400 g"
        await seat.enter("4")
        assert seat.stand.receipt.lines[0].quantity == 4000
        await seat.type("<up>", "<up>")
        await seat.enter("*5")
        assert seat.stand.receipt.lines[0].quantity == 5000


async def test_a_line_is_voided_and_the_last_one_without_a_choice(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(BREAD, RYE)
        await seat.type("<f7>")
        assert [line.code for line in seat.stand.receipt.lines] == [BREAD]


async def test_why_this_price_shows_the_arithmetic(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(VERA, BREAD, "")
        await seat.type("<up>", "<enter>")
        seen = seat.seen()
        assert "Gold card discount" in seen
        assert "To pay for this line" in seen
        await seat.type("<escape>")
        assert seat.app.screen is seat.screen


async def test_points_are_asked_for_with_the_most_named(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(VERA, f"3*{RYE}", "")
        await seat.type("<f5>")
        assert seat.prompt.startswith("Points to spend, at most ")
        await seat.enter("20")
        assert seat.stand.receipt.spend == 2000
        await seat.type("<f5>")
        await seat.enter("0")
        assert seat.stand.receipt.spend == 0


async def test_a_refused_coupon_says_why_and_may_be_mended(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(BREAD)
        await seat.type("<f3>")
        await seat.enter("NOSUCH1")
        assert seat.message.startswith("×")
        assert seat.prompt == "Coupon or promo code"
        await seat.enter("SPRING10")
        assert [coupon.code for coupon in seat.stand.receipt.coupons] == ["SPRING10"]
        assert seat.prompt == "Code, phone or e-mail"


async def test_the_receipt_is_cancelled_only_when_asked_twice(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(BREAD)
        await seat.type("<ctrl+x>", "<enter>")
        assert seat.state == "selling"
        await seat.type("<ctrl+x>", "2", "<enter>")
        assert seat.state == "idle"


async def test_the_pulled_plug_is_seen_and_what_waits_is_counted(sit: Sit) -> None:
    async with sit(size=(120, 40)) as seat:
        await seat.type("<f12>", "<down>", "<enter>")
        assert seat.stand.till.workplace.plug is not None
        assert seat.stand.till.workplace.plug.connection is Connection.OFFLINE
        assert "× offline" in seat.screen.status.right.plain
        await seat.enter(BREAD)
        await seat.type("<f10>")
        assert seat.state == "finished"
        assert "Queue 1" in seat.screen.status.right.plain


async def test_a_key_that_does_nothing_now_says_why(sit: Sit) -> None:
    async with sit() as seat:
        await seat.type("<f6>")
        assert seat.message == "! There is no receipt yet: scan goods or a card."


async def test_foreign_text_is_never_markup_and_never_breaks_a_row(sit: Sit) -> None:
    async with sit(size=(120, 40)) as seat:
        await seat.enter("9001239999")
        await seat.type("[/b][red]\u202e{x}", "<enter>", "<enter>", "<enter>")
        await seat.enter(seat.stand.code)
        assert "[/b][red]{x}" in seat.screen.side_buyer.content.plain
        await seat.enter("[/x]")
        assert "[/x]" in seat.seen() or seat.message.startswith("×")
        assert {len(row) for row in seat.rows()} == {120}
