"""Key sets, changed keys, typed words, and the screen where keys are changed."""

from pathlib import Path

import pytest
from seat import Seat, Sit
from stand import Stand, demo_shop, make_stand
from textual.events import Key

from cashier.config import load
from cashier.errors import ConfigError
from cashier.key_names import normal_key
from cashier.keys import KeyFiles, Keys, KeysFile, Scanner
from screens.app import TillApp
from screens.deeds import BY_ID, DEEDS
from screens.dialogs.keys import KeysDialog
from screens.keys import IN_FRONT, WORDS, clashes, key_map, keys_of_set, words_of_set

BREAD, RYE = "4600000000015", "4600000000022"
VERA = "2900000000032"


def keyed(files: KeyFiles | None = None, **settings: object) -> Stand:
    """A till whose shop card says this about keys."""
    keys = Keys.model_validate(settings)
    stand = make_stand(shop=demo_shop().model_copy(update={"keys": keys}))
    stand.till.workplace.key_files = files or KeyFiles()
    return stand


# --- sets


@pytest.mark.parametrize("name", IN_FRONT)
def test_in_no_ready_set_a_key_hides_a_deed(name: str) -> None:
    table = keys_of_set(name)
    assert [clash for deed in DEEDS for clash in clashes(table, deed.id)] == []
    for deed in DEEDS:
        assert set(deed.own) <= set(table[deed.id]), "no set takes a key away"
    assert set(IN_FRONT[name]) <= set(BY_ID)


@pytest.mark.parametrize("name", IN_FRONT)
def test_every_key_of_a_ready_set_comes_from_every_terminal(name: str) -> None:
    for deed, keys in keys_of_set(name).items():
        for key in keys:
            if key not in BY_ID["quit"].own:  # which nobody may give away
                assert normal_key(key) == key, deed


def test_no_word_hides_another_and_each_belongs_to_a_deed() -> None:
    table = words_of_set()
    assert [clash for name in table for clash in clashes(table, name)] == []
    assert set(WORDS) == set(table)


def test_every_deed_stands_where_its_key_is() -> None:
    keys = key_map(Keys(change={"void": "f3, alt+v", "coupon": ""}))
    assert [deed.id for deed in keys.places[2]] == ["void"]
    assert BY_ID["void"] not in keys.places[6]
    assert keys.cap(BY_ID["void"], 3) == "F3"
    assert keys.name(BY_ID["coupon"]) == ""
    assert [keys.cap(BY_ID["more"], place) for place in (10, 11)] == ["F10", "F11"]
    assert key_map(Keys(set="alt")).cap(BY_ID["void"], 7) == "Alt+7"


def test_what_the_shop_card_gives_twice_is_told_with_both_places(tmp_path: Path) -> None:
    card = tmp_path / "shop.toml"
    card.write_text('[keys.change]\nvoid = "f9"\n\nplug = "Ctrl+Y"\nforget = "y+ctrl, F12"\n')
    keys = load(card, KeysFile).keys
    with pytest.raises(ConfigError) as caught:
        key_map(keys, KeyFiles(card))
    told = str(caught.value).splitlines()
    assert (
        f"{card}, line 2, field keys.change.void: F9 is already the key of “Cash” (cash)"
        in (told[0])
    )
    assert "the ready set" in told[0]
    both = next(line for line in told if "(forget)" in line)
    assert f"{card}, line 4, field keys.change.plug: Ctrl+Y is already" in both
    assert f"{card}, line 5, field keys.change.forget" in both


@pytest.mark.parametrize(
    ("keys", "scanner", "why"),
    [
        ({"change": {"vois": "f9"}}, {}, "field keys.change.vois: there is no such deed"),
        ({"change": {"void": "f7, F7"}}, {}, "F7 is written twice"),
        ({"change": {"void": "ctrl+i"}}, {}, "the same for Tab"),
        ({"words": {"void": "TL"}}, {}, "keys.words.void: TL is already the key of “Total”"),
        ({"words": {"void": "ЕД"}}, {}, "keys.words.void: ЕД is already the key of “Total”"),
        ({"words": {"void": "V1"}}, {}, "2 to 12 letters"),
        ({"set": "numpad"}, {"prefix": "*"}, "field scanner.prefix: * is already the key"),
        ({}, {"prefix": "?"}, "the key of “Help”"),
        ({}, {"prefix": "+1"}, "a key of its own in a return"),
        ({"change": {"void": "tab"}}, {"suffix": "tab"}, "field scanner.suffix: Tab is already"),
    ],
)
def test_keys_that_cannot_be_are_refused(
    keys: dict[str, object], scanner: dict[str, object], why: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        key_map(Keys.model_validate(keys), None, Scanner.model_validate(scanner))
    assert why in str(caught.value)


def test_deeds_of_one_key_may_share_another() -> None:
    group = {"points": "f3", "reprint": "f3", "new_code": "f3", "coupon": "f5"}
    keys = key_map(Keys(change=group))
    assert [deed.id for deed in keys.by_key["f3"]] == ["new_code", "points", "reprint"]


async def test_a_shop_card_with_impossible_keys_ends_with_its_reason() -> None:
    stand = keyed(change={"void": "f9"})
    app = TillApp(lambda _training: stand.till, language="en")
    async with app.run_test() as pilot:
        while app.return_code is None:
            await pilot.pause()
    assert app.return_code == 2
    assert "keys.change.void: F9 is already the key of “Cash”" in app.trouble


# --- at the till


async def test_the_keys_of_the_shop_card_hold_and_are_shown(sit: Sit) -> None:
    async with sit(stand=keyed(change={"void": "ctrl+v"}), size=(120, 30)) as seat:
        await seat.enter(BREAD, RYE)
        assert "Ctrl+V Void line" in seat.seen()
        await seat.type("<f7>")
        assert len(seat.stand.receipt.lines) == 2
        await seat.type("<ctrl+v>")
        assert len(seat.stand.receipt.lines) == 1


async def test_alt_and_digits_come_first_in_their_set(sit: Sit) -> None:
    async with sit(stand=keyed(set="alt"), size=(120, 30)) as seat:
        await seat.enter(BREAD)
        assert "Alt+8 Total" in seat.seen()
        await seat.type("<alt+8>")
        assert seat.state == "calculated"
        await seat.type("<f8>")
        assert seat.state == "selling"


async def test_the_numeric_pad_sells_without_letters(sit: Sit) -> None:
    async with sit(stand=keyed(set="numpad")) as seat:
        await seat.enter(f"3*{BREAD}", RYE)
        await seat.type("<minus>")
        assert [line.quantity for line in seat.stand.receipt.lines] == [3000]
        await seat.type("<slash>")
        assert seat.prompt.startswith("Quantity of")
        await seat.enter("2")
        assert [line.quantity for line in seat.stand.receipt.lines] == [2000]
        await seat.type("<plus>")
        assert seat.prompt.startswith("Customer's card")
        await seat.type("<minus>")
        assert seat.screen.input.text == "-", "where something is asked, signs are typed"
        await seat.type("<escape>", "<escape>")
        await seat.type("<asterisk>")
        assert "Cancel the whole receipt?" in seat.seen()
        await seat.type("<escape>", "<full_stop>")
        assert seat.state == "finished"


async def test_words_do_what_keys_do(sit: Sit) -> None:
    async with sit(stand=keyed(set="typed"), size=(100, 30)) as seat:
        await seat.enter(f"3*{BREAD}", RYE)
        assert "VD Void line" in seat.seen()
        await seat.enter(f"vd {BREAD}")
        assert [line.code for line in seat.stand.receipt.lines] == [RYE]
        await seat.enter("VD 4600000000039")
        assert "no line with this code" in seat.message
        await seat.enter(f"{VERA} ID")
        assert seat.stand.receipt.buyer is not None
        await seat.enter("SPRING10 CU")
        assert [coupon.code for coupon in seat.stand.receipt.coupons] == ["SPRING10"]
        await seat.enter("PV rye")
        assert seat.screen.input.text == "rye"
        assert seat.screen.found.rows
        await seat.enter("")
        await seat.enter("TL")
        assert seat.state == "calculated"
        await seat.enter("VD x")
        assert "no line with this code: x" in seat.message
        await seat.enter("500 CA")
        assert seat.state == "finished"
        assert seat.screen.money.word == "CHANGE"


async def test_what_stands_beside_a_word_answers_what_it_asks(sit: Sit) -> None:
    async with sit(stand=keyed(set="typed"), size=(100, 30)) as seat:
        await seat.enter(f"PC {BREAD}")
        assert "Polevoy wheat bread" in seat.seen()
        assert seat.till.now.receipt is None
        await seat.type("<escape>")
        await seat.enter(VERA, f"3*{RYE}", "TL", "20 PT")
        assert seat.stand.receipt.spend == 2000
        await seat.enter("xx PT")
        assert seat.screen.input.text == "xx", "a wrong answer may be mended"
        await seat.type("<escape>", "<escape>")
        await seat.enter("CC")
        assert seat.state == "finished"
        number = seat.stand.receipt.number
        await seat.enter("RP x")
        assert "not used: x" in seat.message
        await seat.type("<escape>")
        await seat.enter(f"{number} UNDO")
        assert seat.state == "returning"


async def test_words_wait_for_their_turn_and_answer_no_other_question(sit: Sit) -> None:
    async with sit(stand=keyed(set="typed")) as seat:
        seat.write(f"{BREAD}\nTL\n10 DA\nCN\n")
        await seat.settle()
        assert "Cancel the whole receipt?" in seat.seen()
        line = seat.stand.receipt.lines[0]
        assert line.discounts[0].amount == line.price // 10
        await seat.type("<escape>", "<f3>")
        await seat.enter("VD")
        assert len(seat.stand.receipt.lines) == 1, "a coupon was asked for"
        assert seat.prompt == "Coupon or promo code"
        await seat.type("<escape>", "<escape>")
        await seat.enter("VD")
        assert seat.state in ("selling", "idle")
        assert not (seat.till.now.receipt and seat.till.now.receipt.lines)


async def test_a_word_of_the_shop_and_one_that_does_nothing_now(sit: Sit) -> None:
    async with sit(stand=keyed(set="typed", words={"void": "STORNO"})) as seat:
        await seat.enter("STORNO")
        assert seat.message.startswith("!") or seat.message.startswith("×")
        await seat.enter(BREAD)
        await seat.enter("storno")
        assert not (seat.till.now.receipt and seat.till.now.receipt.lines)


async def test_help_shows_the_keys_that_hold(sit: Sit) -> None:
    stand = keyed(set="typed", change={"void": "ctrl+v", "plug": ""})
    async with sit(stand=stand, size=(120, 160)) as seat:
        await seat.type("?")
        seen = seat.seen()
        assert "VD, Ctrl+V " in seen
        assert "NET " in seen
        assert "10 DA" in seen


# --- the screen where they are changed


async def open_keys(seat: Seat) -> KeysDialog:
    dialog = KeysDialog(seat.desk)
    seat.app.push_screen(dialog)
    await seat.settle()
    return dialog


async def go_to(seat: Seat, deed: str) -> None:
    """From the first row to a deed."""
    await go_down(seat, 1 + [one.id for one in DEEDS].index(deed))


async def go_down(seat: Seat, rows: int) -> None:
    for _row in range(rows):
        seat.app.post_message(Key("down", None))
    await seat.settle()


async def test_a_key_is_changed_at_once_and_kept(sit: Sit, tmp_path: Path) -> None:
    card = tmp_path / "shop.toml"
    card.write_text('name = "Shop"  # ours\n')
    async with sit(stand=keyed(KeyFiles(card)), size=(120, 40)) as seat:
        await seat.enter(BREAD, RYE)
        await open_keys(seat)
        await go_to(seat, "void")
        await seat.type("<enter>")
        assert "Press the key for “Void line”" in seat.seen()
        await seat.type("<f9>")
        assert "F9 is the key of “Cash” and of “Void line”: nothing was changed." in seat.seen()
        assert "keys" not in card.read_text()
        await seat.type("<enter>", "a")
        assert "letters and digits are typed" in seat.seen()
        await seat.type("<enter>", "<ctrl+v>")
        assert "Saved in" in seat.seen()
        assert load_keys(card) == Keys(change={"void": "Ctrl+V"})
        await seat.type("<plus>", "<f7>")
        assert load_keys(card) == Keys(change={"void": "Ctrl+V, F7"})
        await seat.type("<escape>", "<ctrl+v>")
        assert len(seat.stand.receipt.lines) == 1
        assert "# ours" in card.read_text()


def load_keys(card: Path) -> Keys:
    text = card.read_text().replace('name = "Shop"  # ours\n', "")
    card.with_name("only.toml").write_text(text)
    return load(card.with_name("only.toml"), KeysFile).keys


async def test_a_key_goes_from_one_deed_to_another_and_back(sit: Sit, tmp_path: Path) -> None:
    async with sit(stand=keyed(KeyFiles(None, tmp_path)), size=(120, 40)) as seat:
        await open_keys(seat)
        await go_to(seat, "coupon")
        await seat.type("<backspace>", "<escape>")
        await open_keys(seat)
        await go_to(seat, "gift")
        await seat.type("<enter>", "<f3>", "<escape>")
        assert [deed.id for deed in seat.screen.key_map.by_key["f3"]] == ["gift"]
        await open_keys(seat)
        await go_to(seat, "coupon")
        await seat.type("<delete>")
        assert "F3 is the key of" in seat.seen()
        await seat.type("<escape>")
        await open_keys(seat)
        await go_to(seat, "gift")
        await seat.type("<delete>", "<escape>")
        await open_keys(seat)
        await go_to(seat, "coupon")
        await seat.type("<delete>")
        assert load(tmp_path / "keys.toml", KeysFile).keys == Keys()


async def test_another_set_and_other_words(sit: Sit, tmp_path: Path) -> None:
    async with sit(stand=keyed(KeyFiles(None, tmp_path)), size=(120, 40)) as seat:
        dialog = await open_keys(seat)
        await seat.type("<enter>", "<down>", "<down>", "<enter>")
        assert "Typed words" in seat.seen()
        await go_to(seat, "void")
        await seat.type("w", "TL", "<enter>")
        assert "TL is the key of" in seat.seen()
        await seat.type("w", "minus", "<enter>")
        await go_down(seat, len(DEEDS))
        await seat.type("<enter>", "FIND", "<enter>")
        assert dialog.is_current
        await seat.type("<escape>")
        kept = Keys(set="typed", words={"void": "MINUS", "search": "FIND"})
        assert load(tmp_path / "keys.toml", KeysFile).keys == kept
        await seat.enter(BREAD, "minus")
        assert not (seat.till.now.receipt and seat.till.now.receipt.lines)
        await seat.enter("find rye")
        assert seat.screen.input.text == "rye"


async def test_without_a_file_it_is_said_that_it_does_not_last(sit: Sit) -> None:
    async with sit(stand=keyed(), size=(120, 40)) as seat:
        await open_keys(seat)
        await go_to(seat, "void")
        await seat.type("<enter>", "<ctrl+v>")
        assert "until the till is closed" in seat.seen()


async def test_the_screen_of_keys_fits_a_small_terminal(sit: Sit) -> None:
    async with sit(stand=keyed(set="typed"), size=(62, 18)) as seat:
        await open_keys(seat)
        await seat.type(*["<pagedown>"] * 20)
        assert {len(row) for row in seat.rows()} == {62}
        assert "Goods by name" in seat.seen()
