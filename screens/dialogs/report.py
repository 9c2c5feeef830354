"""The X or Z report to read, and to save."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events

from cashier.errors import StorageError
from cashier.i18n import _
from cashier.report_slip import report_title, save_csv, sections
from screens.dialogs.reading import Printed, Reading
from screens.text import clean, width

if TYPE_CHECKING:
    from cashier.reports import ShiftReport
    from cashier.shop import Shop

_COLUMNS = 56
"""Cells for a row of the report."""
_SAVE = ("c", "C", "с", "С")
"""Letters that save."""


class ReportPage(Reading):
    """A report; C saves it, where the till has a folder."""

    def __init__(self, report: "ShiftReport", shop: "Shop", folder: Path | None) -> None:
        self._report, self._shop, self._folder = report, shop, folder
        title = report_title(report)
        if shop.training:
            title += " · " + _("TRAINING")
        super().__init__(title, tuple(_rows(report, shop)), columns=_COLUMNS)

    def show_keys(self, keys: str) -> None:
        saves = _("C: save as CSV") + "    " if self._folder else ""
        super().show_keys(saves + keys)

    def on_key(self, event: events.Key) -> None:
        """Only what is more than in any text: Textual asks the class below as well."""
        if event.character in _SAVE and self._folder is not None:
            self._save(self._folder / "reports")

    def _save(self, folder: Path) -> None:
        """Says where it is, or why it is not, in the place of the keys."""
        try:
            said = _("Saved: {path}").format(path=save_csv(self._report, self._shop, folder))
        except StorageError as error:
            said = str(error)
        super().show_keys(_ending(clean(said), _COLUMNS))


def _ending(text: str, cells: int) -> str:
    """The end of a path says more than its beginning."""
    while width(text) > cells:
        text = f"…{text.removeprefix('…')[1:]}"
    return text


def report_page(report: "ShiftReport", shop: "Shop", folder: Path | None) -> Reading:
    """``folder``: of the till's data; None: it has none, so nothing can be saved."""
    return ReportPage(report, shop, folder)


def _rows(report: "ShiftReport", shop: "Shop") -> Iterator[Printed]:
    digits = shop.money.digits
    for section in sections(report):
        if not section.shown:
            continue
        yield section.caption, "", "caption"
        for entry in section.shown:
            yield f"  {entry.left}", entry.right(digits), "good" if entry.strong else "row"
            if entry.note:
                yield f"    {entry.note}", "", "dim"
        yield "", "", "row"
