"""Which key does which deed in this shop: a ready set, and what the shop card changes.

Whether two deeds may share a key is one plain rule: **deeds that share one of the keys they come
with may share any other.** Those of F5 (points, reprint, new code) are lit at different moments,
or the first in ``DEEDS`` that is lit goes first; everybody else would hide the other.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from cashier.errors import BadInput, ConfigError
from cashier.i18n import _
from cashier.key_names import CHARACTERS, key_name, normal_keys
from cashier.keys import KeyFiles, Keys, Scanner
from cashier.typed import word_of
from screens.deeds import BY_ID, DEEDS, Deed

if TYPE_CHECKING:
    from cashier.workplace import Workplace

Table: TypeAlias = Mapping[str, tuple[str, ...]]
"""Keys, or words, by the id of a deed."""
Field: TypeAlias = tuple[str, ...]
Problem: TypeAlias = tuple[Field, str]

IN_FRONT: Mapping[str, Mapping[str, str]] = {
    "function": {},
    "alt": {
        "cancel": "alt+v",
        "upgrade": "alt+l",
    },
    "typed": {},
    # As the numeric pad of a pharmacy till, as far as a terminal goes: it cannot tell Alt+* from *,
    # nor Ctrl+Enter from Enter, and keeps Shift+Insert for pasting. F5 stays with the points.
    "numpad": {
        "customer": "plus",
        "void": "minus",
        "keep_line": "minus",
        "cancel": "asterisk",
        "quantity": "slash",
        "return_line": "slash",
        "card": "full_stop,comma",
        "refund_card": "full_stop,comma",
        "line_discount": "insert",
    },
}
"""What a ready set puts in front of the keys that each deed comes with; no deed loses a key."""

CLEAR, SEARCH = "clear", "search"
"""Words that are no deeds: Esc, and goods by name."""

WORDS: Mapping[str, str] = {
    CLEAR: "CL",
    SEARCH: "PV",
    "calculate": "TL",
    "cancel": "CN",
    "card": "CC",
    "cash": "CA",
    "certificate": "GC",
    "chain": "CHAIN",
    "check_price": "PC",
    "close_shift": "ZR",
    "coupon": "CU",
    "coupon_way": "CUWAY",
    "customer": "ID",
    "drawer": "NS",
    "exchanges": "EXCH",
    "faults": "FLT",
    "favourites": "QK",
    "forget": "NI",
    "free_return": "NR",
    "gift": "GF",
    "goods": "BK",
    "help": "HELP",
    "hold": "MG,SUSPEND",
    "keys": "KEYS",
    "line_discount": "DA",
    "more": "MORE",
    "new_code": "NC",
    "outbox": "QUEUE",
    "plug": "NET",
    "points": "PT",
    "quantity": "QY",
    "recall": "RESUME",
    "refund_card": "CC",
    "refund_cash": "CA",
    "repeat": "RE",
    "reprint": "RP",
    "return": "UNDO",
    "return_all": "ALL",
    "shift": "SH",
    "slip": "SL",
    "void": "VD",
    "why": "WHY",
    "x_report": "XR",
}
"""Words of the set ``typed``, as tills with typed commands have them."""

_RETURNING = frozenset("+-aAаАфФ")
"""What acts at once in a return."""
PLACES = range(1, 13)
"""Of the key bar."""


class KeyMap:
    """Keys and words of all deeds, and where they stand on the key bar."""

    def __init__(self, keys: Table, words: Table, settings: Keys) -> None:
        self.settings = settings
        """What they were made of."""
        self._keys = keys
        self._words = words
        self.by_key = _turned(keys)
        self.by_word = _turned(self._words)
        self.pseudo = {
            word_of(word): name for name in (CLEAR, SEARCH) for word in self._words.get(name, ())
        }
        """Words that are no deeds."""
        self.words = frozenset((*self.by_word, *self.pseudo))
        """As ``word_of`` makes them; empty unless the set is ``typed``."""
        places = {deed.id: self._places(deed) for deed in DEEDS}
        self.places = tuple(
            tuple(deed for deed in DEEDS if place in places[deed.id]) for place in PLACES
        )

    def keys(self, deed: Deed) -> tuple[str, ...]:
        return self._keys.get(deed.id, ())

    def names(self, deed: Deed) -> tuple[str, ...]:
        """All that does it, as it is printed, the best first."""
        return self._words.get(deed.id, ()) + tuple(key_name(key) for key in self.keys(deed))

    def name(self, deed: Deed) -> str:
        """The best of them; empty when no key does it."""
        return next(iter(self.names(deed)), "")

    def cap(self, deed: Deed, place: int) -> str:
        """What stands before its label at this place of the key bar."""
        name = self.name(deed)
        return f"F{place}" if f"f{place}" in self.keys(deed) and _is_function(name) else name

    def _places(self, deed: Deed) -> tuple[int, ...]:
        """Those of its function keys, else where it stands as it comes."""
        numbers = [int(key[1:]) for key in self.keys(deed) if _is_function(key)]
        return tuple(numbers) or (deed.slots if self.names(deed) else ())


def _is_function(key: str) -> bool:
    return key[:1] in "fF" and key[1:].isdigit()


def _turned(table: Table) -> dict[str, list[Deed]]:
    """Deeds by key or word, in the order of ``DEEDS``."""
    turned: dict[str, list[Deed]] = {}
    for deed in DEEDS:
        for key in dict.fromkeys(table.get(deed.id, ())):
            turned.setdefault(_pressed(key), []).append(deed)
    return turned


def _pressed(key: str) -> str:
    """A key, or a word as it is compared; words are in capitals."""
    return key if key.islower() else word_of(key)


def _shown(key: str) -> str:
    return key_name(key) if key.islower() else key


# --- making one


def key_map(keys: Keys, files: KeyFiles | None = None, scanner: Scanner | None = None) -> KeyMap:
    """What the settings say. Raises ConfigError with every problem and its place in the file."""
    files = files or KeyFiles()
    chosen, problems = _changed(keys_of_set(keys.set), keys.change, "change", files)
    words, more = _changed(words_of_set(), keys.words, "words", files)
    made = KeyMap(chosen, words if keys.set == "typed" else {}, keys)
    problems += [*more, *_scanner_problems(scanner or Scanner(), made)]
    if problems:
        raise ConfigError("\n".join(files.explain(field, why) for field, why in problems))
    return made


def trouble(keys: Keys, scanner: Scanner) -> str:
    """Why these settings cannot be, in one sentence for the cashier; empty: they can."""
    files = KeyFiles()
    chosen, problems = _changed(keys_of_set(keys.set), keys.change, "change", files)
    words, more = _changed(words_of_set(), keys.words, "words", files)
    for table in (chosen, words):
        for name in table:
            for key, other in clashes(table, name):
                why = _("{key} is the key of “{deed}” and of “{other}”: nothing was changed.")
                return why.format(key=_shown(key), deed=title(other), other=title(name))
    problems += [*more, *_scanner_problems(scanner, KeyMap(chosen, {}, keys))]
    return problems[0][1] if problems else ""


def keys_of_set(name: str) -> dict[str, tuple[str, ...]]:
    """The keys of a ready set, before anything is changed."""
    front = {name: tuple(keys.split(",")) for name, keys in IN_FRONT[name].items()}
    taken = _turned({deed.id: deed.own for deed in DEEDS})
    table = {}
    for deed in DEEDS:
        more = [
            key
            for key in front.get(deed.id, ())
            if all(may_share(deed, other) for other in taken.get(key, ()))
        ]
        own = deed.own
        if name == "alt":
            own = tuple(sorted(own, key=lambda key: not key.startswith("alt+")))
        table[deed.id] = (*more, *own)
    return table


def words_of_set() -> dict[str, tuple[str, ...]]:
    known = {CLEAR, SEARCH, *BY_ID}
    return {name: tuple(words.split(",")) for name, words in WORDS.items() if name in known}


def may_share(one: Deed, other: Deed) -> bool:
    """The rule at the head of this file."""
    return one is other or not set(one.own).isdisjoint(other.own)


def clashes(table: Table, name: str) -> Iterator[tuple[str, str]]:
    """Each key of deed ``name`` that would hide another deed, and the name of that deed."""
    for key in table.get(name, ()):
        for other, keys in table.items():
            if other == name or _may_share(name, other):
                continue
            if _pressed(key) in map(_pressed, keys):
                yield key, other


def _may_share(one: str, other: str) -> bool:
    return one in BY_ID and other in BY_ID and may_share(BY_ID[one], BY_ID[other])


def _changed(
    table: dict[str, tuple[str, ...]], changes: Mapping[str, str], part: str, files: KeyFiles
) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    """The table with the changes of ``[keys.PART]``, and what is wrong with them."""
    problems: list[Problem] = []
    for name, text in changes.items():
        field = ("keys", part, name)
        if name not in BY_ID and not (part == "words" and name in (CLEAR, SEARCH)):
            why = _("there is no such deed; known are: {known}")
            problems.append((field, why.format(known=", ".join(BY_ID))))
            continue
        try:
            table[name] = read_words(text) if part == "words" else normal_keys(text)
        except BadInput as error:
            problems.append((field, str(error)))
            continue
        if twice := next((key for key in table[name] if table[name].count(key) > 1), None):
            why = _("{key} is written twice").format(key=key_name(twice))
            problems.append((field, why))
    told: set[frozenset[str]] = set()
    for name in changes:
        for key, other in clashes(table, name):
            if frozenset((name, other)) in told:
                continue
            told.add(frozenset((name, other)))
            place = files.place(("keys", part, other)) if other in changes else _("the ready set")
            why = _("{key} is already the key of “{deed}” ({name}): {place}").format(
                key=_shown(key), deed=title(other), name=other, place=place
            )
            problems.append((("keys", part, name), why))
    return table, problems


def read_words(text: str) -> tuple[str, ...]:
    """'MG, SUSPEND' as ('MG', 'SUSPEND'). Raises BadInput."""
    words = [word.strip() for word in text.split(",")] if text.strip() else []
    for word in words:
        if not word.isalpha() or not 2 <= len(word) <= 12:
            why = _("{word}: a word has 2 to 12 letters and nothing else").format(word=word[:30])
            raise BadInput(why)
    return tuple(word.upper() for word in words)


def _scanner_problems(scanner: Scanner, keys: KeyMap) -> Iterator[Problem]:
    """What a scanner sends first must not do something by itself."""
    first = CHARACTERS.get(scanner.prefix[:1], "")
    sharing = ["help"] if first == "question_mark" else [d.id for d in keys.by_key.get(first, ())]
    why = _("{key} is already the key of “{deed}” ({name})")
    if scanner.prefix[:1] in _RETURNING:
        yield (
            ("scanner", "prefix"),
            _("{key} is a key of its own in a return").format(key=scanner.prefix[:1]),
        )
    for name in sharing:
        key = scanner.prefix[:1]
        yield ("scanner", "prefix"), why.format(key=key, deed=title(name), name=name)
    if scanner.suffix == "tab":
        for deed in keys.by_key.get("tab", ()):
            field = ("scanner", "suffix")
            yield field, why.format(key=key_name("tab"), deed=title(deed.id), name=deed.id)


def title(name: str) -> str:
    """The label of a deed, in the language of the till."""
    names = {CLEAR: _("Back"), SEARCH: _("Goods by name")}
    return _(BY_ID[name].label) if name in BY_ID else names[name]


# --- what a till has


def files_of(place: "Workplace") -> KeyFiles:
    return place.key_files


def scanner_of(place: "Workplace") -> Scanner:
    return place.shop.scanner


def keys_of(place: "Workplace") -> KeyMap:
    """The keys of this till. Raises ConfigError."""
    files = files_of(place)
    return key_map(files.read(place.shop.keys), files, scanner_of(place))
