"""A picture of a screen, also of one that lies under another: as text and as SVG."""

import io
import re
from collections.abc import Callable
from typing import Any, TypeAlias

from rich.console import Console
from rich.segment import Segment, Segments
from textual.screen import Screen

Mask: TypeAlias = Callable[[list[Segment]], list[Segment]]
"""What a row goes through before it is drawn."""

_FONTS = "'Fira Code', 'DejaVu Sans Mono', Menlo, Consolas, monospace"
_OUTSIDE = re.compile(r"\s*@font-face\s*\{[^}]*\}")
"""Fonts that a viewer would fetch from a server; the picture is right with any of equal width."""


def without_outside(svg: str) -> str:
    """SVG that asks for nothing from outside the file."""
    return _OUTSIDE.sub("", svg).replace(
        "font-family: Fira Code, monospace", f"font-family: {_FONTS}"
    )


def picture_of(screen: Screen[Any], mask: Mask, title: str) -> tuple[str, str]:
    """Text and SVG of what this screen shows, every row of it masked."""
    rows = [mask(list(strip)) for strip in screen._compositor.render_strips()]
    text = "\n".join("".join(part.text for part in row).rstrip() for row in rows)
    console = Console(
        width=max(1, screen.size.width),
        height=max(1, len(rows)),
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        record=True,
        legacy_windows=False,
        safe_box=False,
    )
    for row in rows:
        console.print(Segments([*row, Segment.line()]), end="", soft_wrap=True)
    return text, without_outside(console.export_svg(title=title))
