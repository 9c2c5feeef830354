"""Names of keys, keys as settings, where changed keys are kept, and words that are typed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashier import fixtures
from cashier.config import load, parse
from cashier.errors import BadInput, ConfigError, StorageError
from cashier.key_names import CHARACTERS, key_name, normal_key, normal_keys
from cashier.keys import KeyFiles, Keys, KeysFile, Scanner, with_keys
from cashier.typed import Order, read_order, word_of

# --- names of keys


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("F9", "f9"),
        (" Alt + V ", "alt+v"),
        ("V+Alt", "alt+v"),
        ("Control+T", "ctrl+t"),
        ("*", "asterisk"),
        ("+", "plus"),
        ("asterisk", "asterisk"),
        ("Ins", "insert"),
    ],
)
def test_one_key_has_one_name_however_it_is_written(written: str, key: str) -> None:
    assert normal_key(written) == key
    assert normal_key(key_name(key)) == key


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("ctrl+i", "the same for Tab"),
        ("ctrl+m", "the same for Enter"),
        ("ctrl+h", "the same for Backspace"),
        ("alt+b", "the same for Ctrl.Left"),
        ("Esc", "always does the same"),
        ("Ctrl+Q", "always does the same"),
        ("?", "always does the same"),
        ("a", "letters and digits are typed"),
        ("7", "letters and digits are typed"),
        ("ctrl+enter", "not a key that every terminal delivers"),
        ("alt+*", "not a key that every terminal delivers"),
        ("f25", "not a key that every terminal delivers"),
        ("", "not a key that every terminal delivers"),
    ],
)
def test_a_key_that_cannot_be_given_away_says_why(written: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        normal_key(written)


def test_several_keys_stand_apart_by_commas_and_an_empty_text_is_none() -> None:
    assert normal_keys("F9, alt+v") == ("f9", "alt+v")
    assert normal_keys("  ") == ()


def test_textual_delivers_what_is_allowed() -> None:
    from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
    from textual._xterm_parser import XTermParser

    from screens.textual_hacks import free_alt_digits

    free_alt_digits()

    def pressed(sequence: str) -> list[str]:
        parser = XTermParser()
        events = [*parser.feed(sequence)]
        if parser._timeout_time is not None:
            parser._timeout_time = 0
            events += parser.tick()
        return [getattr(event, "key", "") for event in events]

    known = {
        key.value
        for keys in ANSI_SEQUENCES_KEYS.values()
        if isinstance(keys, tuple) and len(keys) == 1
        for key in keys
    }
    for character, name in CHARACTERS.items():
        assert pressed(character) == [name]
    for character in "abcdefghijklmnopqrstuvwxyz0123456789":
        if f"alt+{character}" not in ("alt+b", "alt+f"):
            assert pressed(f"\x1b{character}") == [normal_key(f"alt+{character}")]
    moves = ("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "delete")
    for name in [f"f{n}" for n in range(1, 25)] + [
        *(f"ctrl+f{n}" for n in range(1, 13)),
        *(f"{held}+{move}" for held in ("ctrl", "shift") for move in moves),
        *(f"ctrl+{letter}" for letter in "abdefgklnorstuvwxyz"),
        "insert",
        "tab",
        "shift+tab",
    ]:
        assert normal_key(name) == name
        assert name in known, name


# --- settings

CARD = """\
# our shop
name = "Shop"  # the best

[keys]
set = "alt"  # we like it

[keys.change]
void = "f9"  # as at the old till
cash = "f7"

[slip]
columns = 42
"""


def test_settings_are_read_strictly() -> None:
    read = parse('[keys]\nset = "numpad"\nchange = {void = "f9"}', KeysFile, "card").keys
    assert read == Keys(set="numpad", change={"void": "f9"})
    with pytest.raises(ConfigError, match=r"card, line 2, field keys.set: expected 'function'"):
        parse('[keys]\nset = "letters"', KeysFile, "card")
    with pytest.raises(ConfigError, match=r"field keys.change.void: expected text in quotes"):
        parse("[keys.change]\nvoid = 9", KeysFile, "card")
    for wrong in ({"gap_ms": 0}, {"least": 2}, {"prefix": "a b"}, {"suffix": ""}):
        with pytest.raises(ValueError, match="validation error"):
            Scanner.model_validate(wrong)


def test_comments_stay_when_keys_are_written() -> None:
    keys = Keys(set="typed", change={"void": "f9"}, words={"hold": "MG"})
    text = with_keys(CARD, keys)
    for kept in ("# our shop", "# the best", "# we like it", 'void = "f9"  # as at the old till'):
        assert kept in text
    assert "cash" not in text
    assert with_keys(text, keys) == text
    assert parse(with_keys("", keys), KeysFile, "file").keys == keys
    windows = 'name = "Shop"\r\n'
    assert with_keys(windows, keys).startswith(windows)


names = st.sampled_from(["void", "cash", "help", "hold"])
some_keys = st.builds(
    Keys,
    set=st.sampled_from(["function", "alt", "typed", "numpad"]),
    change=st.dictionaries(names, st.sampled_from(["f9", "alt+v, f8", ""])),
    words=st.dictionaries(names, st.sampled_from(["AB", "CD, EF"])),
)


@given(some_keys, some_keys)
def test_whatever_is_written_is_read_again(first: Keys, second: Keys) -> None:
    text = with_keys(with_keys(CARD, first), second)
    assert parse(text.replace('name = "Shop"', "").replace("[slip]\ncolumns = 42", ""),
                 KeysFile, "file").keys == second  # fmt: skip
    assert "columns = 42" in text


def test_keys_are_kept_in_the_shop_card(tmp_path: Path) -> None:
    card = tmp_path / "shop.toml"
    card.write_text(CARD)
    card.chmod(0o640)
    data = tmp_path / "data"
    data.mkdir()
    files = KeyFiles(card, data)
    assert files.save(Keys(change={"void": "f8"})) == card
    assert 'void = "f8"  # as at the old till' in card.read_text()
    assert card.stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "shop.toml"]
    assert not list(data.iterdir())


@pytest.mark.parametrize("text", [None, "keys = {set = 'alt'}", "not TOML"])
def test_where_the_card_cannot_be_edited_they_are_kept_in_the_data_folder(
    tmp_path: Path, text: str | None
) -> None:
    card = fixtures.path("shop.toml")  # the demo shop belongs to the program
    if text is not None:
        card = tmp_path / "shop.toml"
        card.write_text(text)
    before = card.read_bytes()
    files = KeyFiles(card, tmp_path)
    keys = Keys(set="alt", change={"void": "f8"})
    assert files.save(keys) == tmp_path / "keys.toml"
    assert files.read(Keys()) == keys
    assert card.read_bytes() == before
    again = Keys(set="numpad")
    assert files.save(again) == tmp_path / "keys.toml"
    assert load(tmp_path / "keys.toml", KeysFile).keys == again


def test_once_there_is_a_file_of_its_own_it_holds_alone(tmp_path: Path) -> None:
    card = tmp_path / "shop.toml"
    card.write_text(CARD)
    (tmp_path / "keys.toml").write_text('[keys]\nset = "numpad"\n')
    files = KeyFiles(card, tmp_path)
    assert files.read(Keys(set="alt", change={"void": "f9"})) == Keys(set="numpad")
    assert files.save(Keys()) == tmp_path / "keys.toml"
    assert card.read_text() == CARD
    assert "keys.toml, line 2, field keys.set: why" in files.explain(("keys", "set"), "why")
    assert "shop.toml, line 1, field scanner.prefix" in files.place(("scanner", "prefix"))


def test_without_a_place_nothing_is_kept_and_a_full_disk_is_told(tmp_path: Path) -> None:
    assert KeyFiles().save(Keys(set="alt")) is None
    assert KeyFiles().read(Keys(set="alt")) == Keys(set="alt")
    with pytest.raises(StorageError, match="cannot be kept"):
        KeyFiles(None, tmp_path / "gone").save(Keys())


# --- typed words

WORDS = {"TL", "VD", "ID", "DA", "PV", "SUSPEND"}


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("TL", Order("TL")),
        (" tl ", Order("TL")),
        ("ЕД", Order("TL")),  # the same keys on a Russian keyboard
        ("suspend", Order("SUSPEND")),
        ("VD 4600000000015", Order("VD", "4600000000015")),
        ("8 900 123-45-67 ID", Order("ID", "8 900 123-45-67")),
        ("vera@example.org id", Order("ID", "vera@example.org")),
        ("10 DA", Order("DA", "10")),
        ("PV rye bread", Order("PV", "rye bread")),
    ],
)
def test_a_word_and_what_goes_with_it(text: str, order: Order) -> None:
    assert read_order(text, WORDS) == order


@pytest.mark.parametrize(
    "text", ["", "3*46", "TL5", "10DA", "TLX", "rye bread id", "*3", "4600000000015", "500"]
)
def test_what_is_no_word_is_typed_as_ever(text: str) -> None:
    assert read_order(text, WORDS) is None


@given(st.from_regex(r"(?=.*[A-Za-z])(?=.*[0-9])[0-9A-Za-zА-Яа-яЁё_-]{4,32}", fullmatch=True))
def test_no_promo_code_is_ever_a_word(code: str) -> None:
    assert read_order(code, WORDS) is None
    assert word_of(code) not in WORDS
