"""Makes the printer of a shop card."""

from pathlib import Path

from cashier.errors import ConfigError
from cashier.i18n import _
from cashier.printing import Printer
from cashier.printing.folder import SlipFolder, WithCopy
from cashier.printing.paper import PaperRoll, Played
from cashier.printing.settings import Kind, Printing

_NEEDED = {
    Kind.FILE: ("path",),
    Kind.NETWORK: ("host",),
    Kind.USB: ("vendor", "product"),
}
"""Fields that a kind cannot do without."""


def make_printer(settings: Printing, columns: int, folder: Path) -> Printer:
    """The printer; every slip also goes into ``folder`` as text.

    Nothing is connected yet. Raises ConfigError that names the field of ``[printer]``.
    """
    for field in _NEEDED.get(settings.kind, ()):
        if not getattr(settings, field):
            text = _("printer.{field}: this field is required for a printer of kind {kind}")
            raise ConfigError(text.format(field=field, kind=settings.kind))
    copies = SlipFolder(folder, columns)
    match settings.kind:
        case Kind.NONE:
            return copies
        case Kind.PAPER:
            return WithCopy(PaperRoll(columns, settings.roll_lines), copies)
    from cashier.printing.escpos_printer import EscposPrinter  # with the library

    return WithCopy(EscposPrinter(settings, columns, folder), copies)


def paper_of(printer: Printer | None) -> PaperRoll | None:
    """The paper to show, if the printer is played."""
    played = played_of(printer)
    return played if isinstance(played, PaperRoll) else None


def played_of(printer: Printer | None) -> Played | None:
    """The printer whose troubles can be chosen, if it is one."""
    inner = printer.printer if isinstance(printer, WithCopy) else printer
    return inner if isinstance(inner, Played) else None
