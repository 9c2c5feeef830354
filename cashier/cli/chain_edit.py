"""``cashier chain edit`` and ``cashier chain move``: a chain is changed, in its own text."""

import argparse
from typing import TypeAlias

from backends.set10.config import read_chain
from backends.set10.config.sources import move_file, read_file, write_file
from backends.set10.config.titles import TITLES, title_of
from backends.set10.config.writing import Document
from cashier.cli.chain_check import address
from cashier.errors import BadInput
from cashier.i18n import _

Step: TypeAlias = tuple[str, str]
"""What is done, and with what: ("move", "3:1")."""


def edit(chosen: argparse.Namespace) -> int:
    """Raises BadInput, ConfigError; then nothing is written."""
    document = Document(read_file(chosen.file), str(chosen.file))
    for step in chosen.steps or ():
        _do(document, step)
    place = chosen.out or chosen.file
    write_file(place, document.text)
    chain = read_chain(document.text, str(place))
    for turn, one in enumerate(chain.listed, 1):
        print(f"{turn}. {title_of(one)}")
    return 0


def move(chosen: argparse.Namespace) -> int:
    """Raises BadInput, ConfigError."""
    move_file(chosen.file, address(chosen.database))
    print(_("The till's database has the chain of {file} now.").format(file=chosen.file))
    return 0


def _do(document: Document, step: Step) -> None:
    """Raises BadInput."""
    what, given = step
    links = len(read_chain(document.text, "").listed)
    match what:
        case "move":
            start, end = _numbers(what, given, 2)
            if not (1 <= start <= links and 1 <= end <= links):
                raise BadInput(_("There is no such link in the chain."))
            order = list(range(links))
            order.insert(end - 1, order.pop(start - 1))
            document.reorder(order)
        case "remove":
            (place,) = _numbers(what, given, 1)
            document.remove(place - 1)
        case "feedback":
            document.set_feedback(*_numbers(what, given, 2))
        case _:
            name, _colon, place_text = given.partition(":")
            if name not in TITLES:
                text = _("There is no provider {name}; there are: {names}")
                raise BadInput(text.format(name=name[:40], names=", ".join(TITLES)))
            at = _numbers(what, place_text, 1)[0] if place_text else links + 1
            document.add(name, at - 1)


def _numbers(what: str, given: str, many: int) -> list[int]:
    """Raises BadInput."""
    parts = given.split(":")
    if len(parts) != many or not all(
        part.isascii() and part.isdigit() and len(part) < 9 for part in parts
    ):
        text = _("--{option} {given}: expected {n} numbers, as 3:1")
        if many == 1:
            text = _("--{option} {given}: expected the number of a link")
        raise BadInput(text.format(option=what, given=given[:40], n=many))
    return [int(part) for part in parts]
