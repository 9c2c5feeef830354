"""One input line: what was typed or scanned becomes a command."""

from cashier.commands import Command, Scan, SetQuantity
from cashier.errors import BadInput
from cashier.i18n import _
from cashier.meaning import split_quantity

LONGEST = 200
"""Characters; more is garbage pasted by a scanner."""


def read_line(text: str, selected: int | None = None) -> Command:
    """'3*code' and 'code' are scanned, '3*' alone sets the quantity of the ``selected`` line.

    Raises BadInput.
    """
    line = text.strip()
    if not line:
        raise BadInput(_("Nothing was typed."))
    if len(line) > LONGEST:
        raise BadInput(_("Too long for a code: {n} characters.").format(n=len(line)))
    if selected is not None and (line.startswith("*") or line.endswith("*")):
        quantity, _rest = split_quantity(f"{line.strip('*')}*-")
        if quantity is not None:
            return SetQuantity(selected, quantity)
    quantity, code = split_quantity(line)
    return Scan(code, quantity)
