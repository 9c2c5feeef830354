"""Styles for what is drawn row by row, made of the variables of the theme.

Component classes would say the same in the style sheet, but every one of them is matched against
the whole sheet before the first paint.
"""

from typing import TYPE_CHECKING, NamedTuple

from rich.style import Style
from textual.color import Color

if TYPE_CHECKING:
    from textual.widget import Widget


class Ink(NamedTuple):
    """Names of theme variables."""

    colour: str
    bold: bool = False


INKS = {
    "row": Ink("foreground"),
    "strong": Ink("foreground", bold=True),
    "dim": Ink("foreground-muted"),
    "dark": Ink("foreground-disabled"),
    "good": Ink("text-success"),
    "caption": Ink("text-primary", bold=True),
    "key": Ink("text-accent", bold=True),
    "sum": Ink("accent"),
    "bar": Ink("primary"),
}
SELECTED = "selected"
"""The ground of the selected row."""


class Inkwell:
    """The styles of one widget; made when first asked for, thrown away with the theme."""

    def __init__(self, widget: "Widget", ground: str) -> None:
        self._widget = widget
        self._ground = ground
        self._styles: dict[tuple[str, str], Style] = {}

    def __call__(self, name: str, *, selected: bool = False) -> Style:
        ground = SELECTED if selected else self._ground
        if (name, ground) not in self._styles:
            self._styles[name, ground] = self._made(INKS[name], ground)
        return self._styles[name, ground]

    def clear(self) -> None:
        self._styles.clear()

    def _made(self, ink: Ink, ground: str) -> Style:
        variables = self._widget.app.theme_variables
        colour = Color.parse(variables.get(ink.colour, variables["foreground"]))
        if self._widget.app.native_ansi_color:
            return _plain(ink, colour, ground)
        under = Color.parse(variables[self._ground])
        if ground == SELECTED:
            under = under.blend(Color.parse(variables["primary"]), 0.25)
        mixed = under.blend(colour, colour.a, 1.0) if colour.a < 1 else colour
        bold = ink.bold or ground == SELECTED
        return Style(color=mixed.rich_color, bgcolor=under.rich_color, bold=bold)


def _plain(ink: Ink, colour: Color, ground: str) -> Style:
    """With the 16 colours of the terminal nothing can be mixed: dim and reverse say it."""
    name = "default" if colour.ansi in (None, -1) else colour.rich_color.name
    return Style(
        color=name, bold=ink.bold, dim=colour.a < 1 or None, reverse=ground == SELECTED or None
    )
