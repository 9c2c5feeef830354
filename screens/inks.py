"""Styles for what is drawn row by row, made of the variables of the theme.

Component classes would say the same in the style sheet, but every one of them is matched against
the whole sheet before the first paint.
"""

from typing import TYPE_CHECKING

from rich.style import Style
from textual.color import Color

if TYPE_CHECKING:
    from textual.widget import Widget


INKS: dict[str, tuple[str, bool]] = {
    "row": ("foreground", False),
    "strong": ("foreground", True),
    "dim": ("foreground-muted", False),
    "dark": ("foreground-disabled", False),
    "good": ("text-success", False),
    "warning": ("text-warning", False),
    "bad": ("text-error", True),
    "caption": ("text-primary", True),
    "key": ("text-accent", True),
    "sum": ("accent", False),
    "bar": ("primary", False),
}
"""A theme variable, and whether it is bold."""
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

    def _made(self, ink: tuple[str, bool], ground: str) -> Style:
        variable, bold = ink
        variables = self._widget.app.theme_variables
        if self._widget.app.native_ansi_color:
            return _plain(variables.get(variable, _MIXED), ground, bold=bold)
        colour = Color.parse(variables[variable])
        under = Color.parse(variables[self._ground])
        if ground == SELECTED:
            under = under.blend(Color.parse(variables["primary"]), 0.25)
        mixed = under.blend(colour, colour.a, 1.0) if colour.a < 1 else colour
        return Style(
            color=mixed.rich_color, bgcolor=under.rich_color, bold=bold or ground == SELECTED
        )


_MIXED = "ansi_default 50%"
"""What themes of 16 colours do not name: they cannot mix it."""


def _plain(variable: str, ground: str, *, bold: bool) -> Style:
    """With the 16 colours of the terminal nothing can be mixed: dim and reverse say it."""
    if ground == SELECTED:
        return Style(bold=True, reverse=True)
    name, _space, mixed = variable.partition(" ")
    colour = name.removeprefix("ansi_")
    return Style(color=colour, bold=bold, dim=bool(mixed) or None)
