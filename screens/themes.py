"""How the till looks: a dark and a light theme, a strong one, and the terminal's 16 colours."""

from textual.theme import Theme

from cashier.i18n import _

DARK = "cashier-dark"
LIGHT = "cashier-light"
CONTRAST = "cashier-contrast"
PLAIN = "ansi-dark"

_SHORT = {
    "dark": DARK, "light": LIGHT, "contrast": CONTRAST, "ansi": PLAIN, "ansi-light": "ansi-light",
}  # fmt: skip


def themes() -> tuple[Theme, ...]:
    """Our own; those of the 16 colours come with Textual."""
    return (
        Theme(
            name=DARK,
            primary="#5fb3b3",
            secondary="#3b6e8f",
            accent="#f2c14e",
            warning="#f2a65a",
            error="#ef6f6c",
            success="#8bc47c",
            foreground="#dfe4e8",
            background="#14191f",
            surface="#1b222a",
            panel="#242d37",
        ),
        Theme(
            name=LIGHT,
            primary="#0b6e75",
            secondary="#2f6690",
            accent="#8a5a00",
            warning="#9a5200",
            error="#b3261e",
            success="#2e6b34",
            foreground="#1f2730",
            background="#f6f5f1",
            surface="#ebe9e2",
            panel="#dfdcd2",
            dark=False,
        ),
        Theme(
            name=CONTRAST,
            primary="#00ffff",
            secondary="#00aaff",
            accent="#ffff00",
            warning="#ffaa00",
            error="#ff5555",
            success="#55ff55",
            foreground="#ffffff",
            background="#000000",
            surface="#000000",
            panel="#1c1c1c",
            text_alpha=1.0,
        ),
    )


def chosen(name: str | None, *, few_colours: bool) -> str:
    """The theme's full name; without a wish the one that the terminal can show."""
    if name is None:
        return PLAIN if few_colours else DARK
    return _SHORT.get(name, DARK)


def names() -> dict[str, str]:
    """The themes to choose from, as the cashier reads them."""
    return {
        DARK: _("Dark"),
        LIGHT: _("Light"),
        CONTRAST: _("High contrast"),
        PLAIN: _("16 colours, dark"),
        "ansi-light": _("16 colours, light"),
    }
