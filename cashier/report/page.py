"""A run as one page that stands alone: no script, nothing fetched, light or dark as one likes."""

import json
from typing import Any

import jinja2
from markupsafe import Markup

from cashier import i18n
from cashier.report.harmless import harmless
from cashier.report.shown import Run
from cashier.report.table import seconds, summary
from cashier.report.told import MARKS, headline, verdict_words

_LARGEST = 20_000
"""Letters of one body; what is longer belongs into the JSON."""


def page(run: Run, program: str, template: str = "page.html.j2", **more: object) -> str:
    """``program``: the version of the program that ran it. ``template``: a page with another head,
    which wants ``more``."""
    return rendered(template, run=run, summary=summary(run), program=program, **more)


def rendered(template: str, **facts: object) -> str:
    """One of the templates beside this file; foreign text in ``facts`` does no harm."""
    environment = jinja2.Environment(
        autoescape=True,
        loader=jinja2.PackageLoader("cashier", "report"),
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals.update(
        _=i18n._,
        language=i18n.language(),
        marks=MARKS,
        verdict_words=verdict_words,
        headline=headline,
        seconds=seconds,
        body=_body,
    )
    return environment.get_template(template).render(**facts)


def _finalized(value: object) -> object:
    """Foreign text without what could break the page; what a macro made is a page already."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else harmless(value)


def _body(value: Any) -> str:
    """A request or answer laid out."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return _cut(value)
    return _cut(json.dumps(value, ensure_ascii=False, indent=2))


def _cut(text: str) -> str:
    return text if len(text) <= _LARGEST else f"{text[:_LARGEST]}…"
