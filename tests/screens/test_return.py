"""A return at the keyboard."""

from seat import Seat, Sit
from textual.events import Key

from cashier.receipt import Kind


async def sold(seat: Seat) -> str:
    """Two kinds of bread, paid; the number of the receipt."""
    await seat.enter("3*4600000000022", "4600000000015")
    await seat.type("<f10>")
    return seat.stand.receipt.number


async def test_plus_minus_and_digits_say_how_much_comes_back(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(await sold(seat))
        assert seat.state == "returning"
        await seat.type("+", "+", "-")
        assert [line.quantity for line in seat.stand.receipt.lines] == [1000]
        await seat.enter("2")
        assert [line.quantity for line in seat.stand.receipt.lines] == [2000]
        assert seat.screen.money.word == "REFUND"


async def test_all_comes_back_after_one_more_question(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(await sold(seat))
        await seat.type("a", "<enter>")
        assert "Give back the way it was paid" in seat.seen()
        assert seat.state == "returning"
        await seat.type("<enter>")
        assert seat.state == "finished"
        assert seat.stand.receipt.kind is Kind.RETURN


async def test_more_than_was_sold_is_refused(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(await sold(seat))
        await seat.enter("9")
        assert seat.message.startswith("×")
        assert not seat.stand.receipt.lines


async def test_what_came_back_earlier_is_shown_as_returned(sit: Sit) -> None:
    async with sit() as seat:
        number = await sold(seat)
        await seat.enter(number)
        await seat.type("<f6>", "<enter>", "<enter>")
        await seat.enter(number)
        assert "returned" in seat.seen()


async def test_a_slip_is_shown_after_a_reprint(sit: Sit) -> None:
    async with sit() as seat:
        number = await sold(seat)
        await seat.type("<f5>")
        assert number in seat.seen()
        await seat.type("<escape>")
        assert seat.app.screen is seat.screen


async def test_a_fast_enter_goes_into_the_dialog_that_is_just_opening(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(await sold(seat))
        await seat.type("a")
        for key in ("f9", "enter"):  # both before the screen had a moment
            seat.app.post_message(Key(key, "\r" if key == "enter" else None))
        await seat.settle()
        assert seat.state == "finished"
        assert seat.app.screen is seat.screen
