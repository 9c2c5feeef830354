"""All sheets as one page: opened in a browser, printed on A4, complete without a network."""

from collections.abc import Sequence
from itertools import groupby

from cashier.i18n import language
from cashier.sheets.sample import Sample, heading
from cashier.sheets.svg import plain, symbol_svg
from cashier.sheets.symbols import symbols

_STYLE = """
@page { size: A4; margin: 10mm; }
body { font: 3.2mm/1.35 sans-serif; color: #000; background: #fff; margin: 6mm; }
h2 { font-size: 6mm; margin: 6mm 0 3mm; break-after: avoid; }
section + section { break-before: page; }
.grid { display: grid; grid-template-columns: repeat(COLUMNS, 1fr); }
figure { margin: 0; padding: 3mm 2mm; border: 0.2mm solid #bbb; text-align: center;
         break-inside: avoid; display: flex; flex-direction: column; align-items: center; }
figure svg { max-width: 100%; height: auto; margin: auto 0; }
figcaption { overflow-wrap: anywhere; }
code { display: block; font: 4mm monospace; overflow-wrap: anywhere; }
small { color: #333; }
@media print { body { margin: 0; } }
"""


def page(title: str, samples: Sequence[Sample], columns: int) -> str:
    """A heading for each kind, a grid of codes below it."""
    parts = [
        _section(heading(kind), list(ours))
        for kind, ours in groupby(samples, lambda sample: sample.kind)
    ]
    return (
        f'<!doctype html>\n<html lang="{language()}"><head><meta charset="utf-8">\n'
        f"<title>{plain(title)}</title>\n"
        f"<style>{_STYLE.replace('COLUMNS', str(columns))}</style></head>\n"
        f"<body>\n{chr(10).join(parts)}\n</body></html>\n"
    )


def _section(title: str, samples: Sequence[Sample]) -> str:
    figures = "\n".join(_figure(sample) for sample in samples)
    return f'<section><h2>{plain(title)}</h2>\n<div class="grid">\n{figures}\n</div></section>'


def _figure(sample: Sample) -> str:
    found = symbols(sample)
    drawn = symbol_svg(found[0]) if found else ""
    return (
        f"<figure><figcaption>{plain(sample.title)}</figcaption>{drawn}"
        f"<code>{plain(sample.value)}</code><small>{plain(sample.note)}</small></figure>"
    )
