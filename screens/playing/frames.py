"""A picture of every step, and a page that shows them with their captions and stands alone."""

import re
from base64 import b64encode
from dataclasses import dataclass
from html import escape
from pathlib import Path

from cashier import i18n
from cashier.i18n import _
from cashier.scenario.model import Scenario, Step
from cashier.scenario.result import StepResult, Verdict

INDEX = "index.html"


@dataclass(frozen=True)
class Frame:
    name: str
    place: int
    """The step, the first is 1."""
    caption: str
    """The newest words of the scenario."""
    words: str
    """The step as it stands in the file."""
    svg: str
    failed: bool


class Frames:
    """Collects them while a scenario is played."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self.frames: list[Frame] = []

    def take(self, place: int, svg: str, result: StepResult | None) -> None:
        """``place`` of the step, from 0."""
        steps = self._scenario.steps
        said = next((one.say for one in reversed(steps[: place + 1]) if one.say), "")
        failed = result is not None and result.verdict is Verdict.FAILED
        name = f"{place + 1:03d}-{_slug(steps[place])}.svg"
        self.frames.append(Frame(name, place + 1, said, steps[place].words, svg, failed))

    def write(self, folder: Path) -> None:
        """Into a folder that is made if there is none; pictures of an earlier run that have other
        names stay. Raises OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        for frame in self.frames:
            (folder / frame.name).write_text(frame.svg, encoding="utf-8")
        (folder / INDEX).write_text(self.page(), encoding="utf-8")

    def page(self) -> str:
        title, about = escape(self._scenario.name), escape(self._scenario.about)
        head = _HEAD.format(language=i18n.language(), title=title, style=_STYLE)
        figures = "".join(map(_figure, self.frames))
        return f"{head}<h1>{title}</h1>\n<p>{about}</p>\n{figures}</body></html>\n"


def _figure(frame: Frame) -> str:
    data = b64encode(frame.svg.encode()).decode()
    wrong = escape(_("not as expected"))
    trouble = f" <strong>{wrong}</strong>" if frame.failed else ""
    return (
        f'<figure id="{frame.place}">\n<figcaption><b>{frame.place}.</b> {escape(frame.caption)}'
        f"{trouble}<br><code>{escape(frame.words)}</code></figcaption>\n"
        f'<img alt="{escape(frame.words, quote=True)}" src="data:image/svg+xml;base64,{data}">\n'
        "</figure>\n"
    )


def _slug(step: Step) -> str:
    return re.sub(r"[^a-z0-9]+", "-", (step.word or "say").lower()).strip("-") or "step"


_HEAD = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style></head><body>
"""  # noqa: E501 - a policy is one line
_STYLE = """
body { font: 16px/1.45 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem;
  color: #1c2430; background: #f6f7f9; }
figure { margin: 0 0 2.5rem; }
figcaption { margin-bottom: .5rem; }
code { color: #5a6475; font-size: .85em; overflow-wrap: anywhere; }
strong { color: #b3261e; }
img { width: 100%; height: auto; border-radius: 8px; }
"""
