"""What stands around the sale, at the screen: menus, questions, paper, the tour, training."""

from seat import Sit
from stand import demo_shop, make_stand
from textual.events import Key

from cashier.commands import PrinterTrouble
from cashier.opening import practising
from cashier.printing.making import paper_of
from cashier.printing.paper import PaperRoll
from cashier.snapshot import AskSupervisor, State

BREAD, RYE, SMOKE, BOTTLE = "4600000000015", "4600000000022", "11301", "11111"
GIFT, NUMBER = "GIFT-500", "9800000000017"
PIN = "4321"


async def test_a_closed_till_sells_nothing_and_opens_with_enter(sit: Sit) -> None:
    async with sit(stand=make_stand(shift=False)) as seat:
        assert "The shift is closed" in seat.seen()
        await seat.enter(BREAD)
        assert seat.message == "× The shift is closed: open it first."
        await seat.enter("")
        assert seat.prompt == "Money in the drawer"
        await seat.enter("a lot")
        assert "Not a sum of money" in seat.message
        await seat.enter("1 500,50")
        assert "Shift 1 is open. In the drawer: 1 500.50" in seat.message
        await seat.enter(BREAD)
        assert seat.state == "selling"


async def test_the_shift_menu_counts_reports_and_closes(sit: Sit) -> None:
    async with sit(size=(100, 40)) as seat:
        await seat.type("<f9>")
        assert "Z report, and the end of the shift" in seat.seen()
        await seat.type("2", "<enter>")
        await seat.enter("500 small change")
        await seat.enter("500")  # the drawer's prompt is gone: this is a code
        assert "Put into the drawer" not in seat.prompt
        await seat.type("<alt+n>")
        await seat.enter("450")
        assert "50.00" in seat.message and "missing" in seat.message
        await seat.type("<alt+x>")
        assert "X REPORT" in seat.seen()
        assert "small change" not in seat.message
        await seat.type("<escape>", "<alt+z>", "<down>", "<enter>")
        assert "Z REPORT" in seat.seen()
        await seat.type("<escape>")
        assert seat.state == "closed"
        assert "The shift is closed" in seat.seen()


async def test_a_receipt_is_put_aside_and_chosen_again(sit: Sit) -> None:
    async with sit() as seat:
        await seat.type("<f7>")
        assert "no receipt yet" in seat.message, "nothing is held: the key is dark"
        await seat.enter(BREAD)
        await seat.type("<f4>")
        await seat.enter(RYE)
        await seat.type("<f4>")
        assert seat.state == "idle"
        await seat.type("<f7>")
        assert "Which receipt?" in seat.seen()
        assert "Polevoy" in seat.seen() and "Dvorik" in seat.seen()
        await seat.type("2", "<enter>")
        assert seat.stand.receipt.lines[0].name.startswith("Dvorik")


async def test_a_price_is_asked_twice_and_then_sold(sit: Sit) -> None:
    async with sit() as seat:
        await seat.type("<f8>")
        await seat.enter(BREAD)
        assert "PRICE" in seat.seen() and "Polevoy" in seat.seen()
        assert seat.stand.till.now.receipt is None
        await seat.enter(RYE)
        assert "Dvorik" in seat.seen()
        await seat.enter("")
        assert [line.name[:6] for line in seat.stand.receipt.lines] == ["Dvorik"]
        await seat.type("<ctrl+y>")
        await seat.enter("nothing")
        assert seat.message.startswith("×")
        await seat.type("<escape>")
        assert seat.prompt == "Code, phone or e-mail"
        assert len(seat.stand.receipt.lines) == 1


async def test_the_buyer_must_be_old_enough(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(SMOKE)
        assert "Is the buyer 18 or older?" in seat.seen()
        await seat.type("2", "<enter>")
        assert seat.state == "idle"
        assert "is not sold" in seat.message
        await seat.enter(SMOKE)
        await seat.type("<enter>")
        await seat.enter(SMOKE)
        assert len(seat.stand.receipt.lines) == 2, "asked once"


async def test_a_certificate_is_sold_and_paid_with(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(GIFT)
        assert seat.prompt == "Number of the certificate"
        await seat.enter(BREAD)
        assert "Answer the question first" in seat.message, "a scan of goods is no number"
        await seat.enter("12")
        assert "not the number of a gift certificate" in seat.message
        await seat.enter(NUMBER, "")
        await seat.type("<f10>")
        assert seat.state == "finished"
        await seat.enter("", NUMBER)
        assert "500.00" in seat.message
        await seat.enter(BREAD, "")
        await seat.type("<alt+c>")
        assert seat.prompt == "Pay with certificate"
        await seat.enter(NUMBER)
        assert seat.state == "finished"
        assert seat.stand.receipt.tenders[0].reference == NUMBER


async def test_a_supervisor_allows_what_is_over_the_limit(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(BREAD)
        await seat.type("<alt+d>")
        assert seat.prompt == "Discount on the whole receipt"
        await seat.enter("5%")
        assert seat.stand.receipt.discount == 250, "up to ten per cent the cashier may"
        await seat.type("<up>", "<alt+d>")
        await seat.enter("50%")
        assert "A supervisor must allow it" in seat.seen()
        await seat.type("9999")
        assert "9999" not in seat.seen() and "••••" in seat.seen()
        await seat.type("<enter>")
        assert "2 tries left" in seat.seen()
        await seat.type(PIN, "<tab>", "an old friend", "<enter>")
        assert seat.stand.receipt.discount == 2495
        kept = seat.stand.till.workplace.daybook.permissions(1)
        assert [(one.granted, one.why) for one in kept] == [(True, "an old friend"), (False, "")]
        await seat.type("<alt+d>")
        await seat.enter("60%")
        await seat.type("<escape>")
        assert seat.stand.till.now.question is None
        assert seat.stand.receipt.discount == 2495


async def test_goods_come_back_without_a_receipt(sit: Sit) -> None:
    async with sit() as seat:
        await seat.type("<alt+r>")
        assert isinstance(seat.stand.till.now.question, AskSupervisor)
        await seat.type(PIN, "<enter>")
        assert "Return without a receipt" in seat.seen()
        await seat.enter(BREAD)
        await seat.type("+", "+", "-")
        assert seat.stand.receipt.lines[0].quantity == 2000
        await seat.enter(RYE)
        await seat.type("<f7>")
        assert len(seat.stand.receipt.lines) == 1
        await seat.enter("", "")
        assert seat.state == "finished"
        assert seat.stand.receipt.of is None


async def test_the_card_terminal_refers_to_the_bank(sit: Sit) -> None:
    async with sit() as seat:
        await seat.type("<alt+t>", "4", "<enter>")
        await seat.enter(BREAD)
        await seat.type("<f10>")
        assert seat.prompt.startswith("Code from the bank")
        await seat.enter("A1")
        assert "4 to 12" in seat.message
        await seat.enter("1234")
        assert seat.state == "finished"


async def test_quick_keys_show_bags_and_the_last_goods(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(RYE, "", "")
        await seat.type("<f10>")
        await seat.type("<ctrl+f>")
        assert "Carrier bag" in seat.seen() and "Dvorik" in seat.seen()
        await seat.type("1", "<enter>")
        assert seat.stand.receipt.lines[0].group == "bags"


async def test_deposits_follow_their_goods(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(f"3*{BOTTLE}")
        assert [line.quantity for line in seat.stand.receipt.lines] == [3000, 3000]
        await seat.type("<up>", "<up>", "<f7>")
        assert seat.state == "idle"


async def test_the_paper_is_seen_and_waits_when_there_is_none(sit: Sit) -> None:
    stand = make_stand()
    desk = stand.till.workplace
    roll = PaperRoll(42)
    assert desk.slips is not None
    desk.printer = desk.slips.printer = roll
    assert paper_of(desk.printer) is roll
    async with sit(size=(140, 45), stand=stand) as seat:
        await seat.enter(BREAD, "")
        await seat.type("<f10>")
        assert "R0101-000001" in seat.seen() and "- - 8< - -" in seat.seen()
        await seat.type("<alt+p>", "2", "<enter>")
        assert "out of paper" in seat.message
        await seat.enter("", BREAD, "")
        await seat.type("<f10>")
        assert seat.state == "finished", "the sale stands"
        assert "Slips 1" in seat.seen()
        await seat.type("<alt+p>", "1", "<enter>")
        assert "1 slip is printed" in seat.message
        assert "Slips" not in seat.seen()
        assert len(roll.slips) == 2
        await seat.enter("")
        await seat.type("<alt+l>")
        assert "R0101-000002" in seat.seen(), "as long as it is wanted"
        assert roll.trouble is PrinterTrouble.NONE


async def test_the_tour_walks_through_a_sale(sit: Sit) -> None:
    async with sit(size=(100, 30), stand=make_stand(shift=False)) as seat:
        assert "New here?" in seat.seen()
        await seat.type("<alt+a>")
        for shown, keys in (
            ("1/9", ["<enter>", "1000", "<enter>"]),
            ("2/9", [BREAD, "<enter>"]),
            ("3/9", ["milk", "<down>", "<enter>"]),
            ("4/9", ["2900000000018", "<enter>"]),
            ("5/9", ["<enter>"]),
            ("6/9", ["<f5>", "<enter>"]),
            ("7/9", ["<enter>", "1000", "<enter>"]),
            ("8/9", ["<enter>"]),
            ("9/9", [BREAD, "<enter>"]),
        ):
            assert shown in seat.seen(), seat.seen()
            await seat.type(*keys)
        assert "/9" not in seat.seen()
        await seat.type("<alt+a>")
        assert "2/8" in seat.seen(), "again; the shift is open, goods are there"
        await seat.type("<alt+a>")
        assert "2/8" not in seat.seen()


async def test_training_cannot_be_mistaken(sit: Sit) -> None:
    stand = make_stand(shop=practising(demo_shop()))
    async with sit(stand=stand) as seat:
        assert "TRAINING" in seat.rows()[1]
        await seat.enter(BREAD, "")
        await seat.type("<f10>")
        assert seat.stand.receipt.number == "TR0101-000001"
        texts = [getattr(element, "text", "") for element in stand.slips[-1].elements]
        assert texts.count("TRAINING") == 2
        await seat.type("<alt+x>")
        assert "TRAINING" in seat.seen()


async def test_leaving_training_needs_the_supervisor(sit: Sit) -> None:
    async with sit(stand=make_stand(shop=practising(demo_shop()))) as seat:
        await seat.type("<alt+y>")
        assert "End training mode" in seat.seen()
        await seat.type("<escape>")
        assert not seat.desk.switched.done()


async def test_a_shift_of_yesterday_is_asked_about(sit: Sit) -> None:
    stand = make_stand()
    await stand.clock.move(hours=22)
    async with sit(stand=stand, size=(100, 40)) as seat:
        assert "The shift of an earlier day is open" in seat.seen()
        await seat.type("<enter>")
        assert "Z REPORT" in seat.seen()
        await seat.type("<escape>")
        assert stand.is_in(State.CLOSED)


async def test_the_back_office_opens_for_the_supervisor(sit: Sit) -> None:
    async with sit(size=(100, 30)) as seat:
        await seat.type("<alt+q>", PIN, "<enter>")
        assert "Customers" in seat.seen() and "Search" in seat.seen()
        await seat.type("<escape>")
        assert seat.app.screen is seat.screen


async def test_what_is_typed_after_a_key_is_not_what_it_takes(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(BREAD)
        seat.app.post_message(Key("f9", None))
        seat.write("200\n")
        await seat.settle()
        assert [tender.amount for tender in seat.stand.receipt.tenders] == [20_000]
        assert seat.state == "finished"
