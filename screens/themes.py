"""How the till looks: a dark and a light theme, and the 16 colours of the terminal's own."""

from textual.theme import Theme

DARK = "cashier-dark"
LIGHT = "cashier-light"
PLAIN_DARK = "ansi-dark"
PLAIN_LIGHT = "ansi-light"

NAMES = (DARK, LIGHT, PLAIN_DARK, PLAIN_LIGHT)


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
            dark=True,
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
    )
