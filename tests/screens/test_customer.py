"""Who is the buyer, at the keyboard: codes, cards, registration, the customer's phone."""

from seat import Sit

from cashier.snapshot import AskCard, AskCode
from screens.dialogs.choice import Choice
from screens.dialogs.form import RegistrationForm

FAMILY = "9001234509"


async def test_the_code_stands_in_the_phone_strip_and_counts_down(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(FAMILY)
        assert seat.prompt == "Code from the customer"
        assert "valid 1:30" in seat.screen.input.hint
        assert seat.stand.code in seat.screen.phone_strip.content.plain
        await seat.stand.clock.move(seconds=7)
        seat.desk.tick()
        assert "valid 1:23" in seat.screen.input.hint
        await seat.stand.clock.move(seconds=90)
        seat.desk.tick()
        assert "run out" in seat.screen.input.hint


async def test_a_wrong_code_costs_a_try_and_a_scan_costs_none(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(FAMILY, "4600000000015")
        assert "not a confirmation code" in seat.message
        assert "tries left: 3" in seat.screen.input.hint
        await seat.enter("00000")
        assert seat.message.startswith("× Wrong code")
        assert "tries left: 2" in seat.screen.input.hint


async def test_esc_gives_the_question_up(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(FAMILY)
        await seat.type("<escape>")
        assert seat.till.now.question is None
        assert seat.prompt == "Code, phone or e-mail"


async def test_several_cards_are_chosen_from_with_the_arrows(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(FAMILY)
        await seat.enter(seat.stand.code)
        assert isinstance(seat.till.now.question, AskCard)
        assert isinstance(seat.app.screen, Choice)
        await seat.type("<down>", "<enter>")
        buyer = seat.stand.receipt.buyer
        assert buyer is not None
        assert buyer.card is not None
        assert buyer.card.number == "2900000000100"


async def test_a_scan_that_lands_in_a_choice_chooses_nothing(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(FAMILY)
        await seat.enter(seat.stand.code)
        await seat.type("1460000000001", "<enter>")
        assert isinstance(seat.app.screen, Choice)
        assert "That was a code" in seat.seen()


async def test_an_unknown_phone_opens_the_form_with_the_phone_in_it(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter("9001239999")
        assert isinstance(seat.app.screen, RegistrationForm)
        assert "+79001239999" in seat.seen()
        await seat.type("Ann", "<enter>", "31.02.1990", "<enter>", "<enter>")
        assert "Not a day" in seat.seen()
        await seat.type("<up>", *["<backspace>"] * 10, "1.2.1990", "<enter>", "<enter>")
        assert isinstance(seat.till.now.question, AskCode)
        await seat.enter(seat.stand.code)
        assert "Ann" in seat.screen.buyer.content.plain


async def test_the_side_panel_shows_customer_and_phone(sit: Sit) -> None:
    async with sit(size=(120, 40)) as seat:
        await seat.enter("2900000000032", "4600000000015", "")
        seen = seat.seen()
        assert "Can be spent" in seen
        assert "Customer's phone" in seen
        assert not seat.screen.buyer.display


async def test_the_customer_is_taken_off_through_the_menu(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter("2900000000032")
        await seat.type("<f2>", "<down>", "<enter>")
        assert seat.till.now.receipt is None
