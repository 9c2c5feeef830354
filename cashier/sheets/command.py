"""``cashier sheets``: gather what is asked for, and write it."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from cashier import i18n
from cashier.catalog import Catalog
from cashier.clock import SystemClock, random_ids
from cashier.errors import BadInput, StorageError
from cashier.exchange import PhoneMessage
from cashier.i18n import _
from cashier.opening import Place, read_shop
from cashier.registered import find_backend
from cashier.sheets.html import page
from cashier.sheets.layout import Sheet, sheets
from cashier.sheets.png import save_png
from cashier.sheets.sample import Sample, Sampled, SampleKind
from cashier.sheets.sources import goods, kinds, scanned
from cashier.sheets.svg import sheet_svg
from cashier.shop import Shop, beside

FORMATS = ("html", "svg", "png")


def make(
    place: Place, out: Path, *, what: str, group: str = "", form: str = "html", columns: int = 3
) -> list[Path]:
    """Write the sheets into ``out``, and say which files they are.

    Raises BadInput for names that are not known, ConfigError, StorageError.
    """
    shop = read_shop(place)
    samples = gather(place, shop, kinds(what), group)
    if not samples:
        raise BadInput(_("There is nothing of this kind to scan."))
    try:
        out.mkdir(parents=True, exist_ok=True)
        if form == "html":
            return [_written(out / "sheets.html", page(shop.name, samples, columns))]
        if form == "svg":
            return [
                _written(out / f"{sheet.name}.svg", sheet_svg(sheet))
                for sheet in sheets(samples, columns)
            ]
        return [_painted(out / f"{sheet.name}.png", sheet) for sheet in sheets(samples, columns)]
    except OSError as error:
        text = _("{path} cannot be written: {why}")
        raise StorageError(text.format(path=out, why=error.strerror or error)) from error


def gather(
    place: Place, shop: Shop, wanted: tuple[SampleKind, ...], group: str = ""
) -> tuple[Sample, ...]:
    """The samples of these kinds, in this order. Raises BadInput, ConfigError."""
    found: list[Sample] = []
    if SampleKind.GOODS in wanted:
        catalog = Catalog.load(beside(place.card, shop.goods), i18n.language(), shop.money)
        found += goods(catalog, shop, group)
    if set(wanted) - {SampleKind.GOODS} and shop.loyalty.system:
        found += scanned(_of_system(place, shop), shop.codes)
    return tuple(sample for kind in wanted for sample in found if sample.kind is kind)


def _of_system(place: Place, shop: Shop) -> tuple[Sample, ...]:
    """What the loyalty system offers to scan; it is made, but never opened or asked."""
    system: Any = find_backend(shop.loyalty.system)
    backend = system.from_options(
        shop.loyalty.options,
        folder=place.data,
        card=place.card,
        clock=SystemClock(),
        ids=random_ids,
        phone=_nobody,
    )
    return backend.samples() if isinstance(backend, Sampled) else ()


def _nobody(message: PhoneMessage) -> None:
    """Nobody is called: nothing is asked of the system."""


def _written(path: Path, text: str) -> Path:
    return _whole(path, lambda part: part.write_text(text, encoding="utf-8", newline="\n"))


def _painted(path: Path, sheet: Sheet) -> Path:
    return _whole(path, lambda part: save_png(sheet, part))


def _whole(path: Path, write: Callable[[Path], object]) -> Path:
    """A file is there whole or not at all. Raises OSError."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(part)
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return path
