"""``pytest FOLDER`` collects scenarios: a test for each, told about as ``cashier run`` tells.

Every run of pytest where this program is installed loads this module: it imports nothing of the
till before there is a scenario.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cashier.report.shown import Shown
    from cashier.scenario.model import Scenario

_ENDINGS = (".yaml", ".yml")
_MARK = re.compile(r"[A-Za-z][\w.-]*")
"""Tags that can be a marker; all of them are keywords for ``-k``."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("cashier", "scenarios of the cashier emulator")
    group.addoption("--cashier-shop", metavar="CARD", default="", help="shop card for scenarios")
    group.addoption("--cashier-backend", metavar="SYSTEM", default="", help="loyalty system")
    group.addoption("--cashier-seed", metavar="N", type=int, default=0, help="where chance begins")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "ScenarioFile | None":
    if file_path.suffix not in _ENDINGS:
        return None
    from cashier.cli.choosing import is_scenario

    if not is_scenario(file_path):
        return None
    return ScenarioFile.from_parent(parent, path=file_path)


class Failed(Exception):
    """A scenario that did not go as it should."""

    def __init__(self, shown: "Shown") -> None:
        super().__init__(shown.name)
        self.shown = shown


class ScenarioFile(pytest.File):
    def collect(self) -> Iterator["ScenarioItem"]:
        from cashier.errors import CashierError
        from cashier.scenario.reading import load

        try:
            scenarios = load(self.path, self.config.getoption("--cashier-seed"))
        except CashierError as error:
            raise self.CollectError(str(error)) from None
        for scenario in scenarios:
            yield ScenarioItem.from_parent(self, name=scenario.name, scenario=scenario)


class ScenarioItem(pytest.Item):
    def __init__(self, *, scenario: "Scenario", **more: Any) -> None:
        super().__init__(**more)
        self.scenario = scenario
        for tag in scenario.tags:
            self.extra_keyword_matches.add(tag)
            if _MARK.fullmatch(tag):
                self.config.addinivalue_line("markers", f"{tag}: a tag of scenarios")
                self.add_marker(tag)

    def runtest(self) -> None:
        import asyncio

        from cashier.cli.staging import plug
        from cashier.masking.masker import Masker
        from cashier.report.showing import shown
        from cashier.scenario.result import Verdict
        from cashier.scenario.running import run
        from cashier.scenario.stage import Staging

        option, scenario = self.config.getoption, self.scenario
        card = option("--cashier-shop")
        staging = Staging(
            plug,
            card=Path(card).expanduser().absolute() if card else None,
            system=option("--cashier-backend"),
            seed=option("--cashier-seed"),
        )
        masker = Masker.for_shop(staging.shop_of(scenario)[1])
        with asyncio.Runner() as runner:
            result = runner.run(run(scenario, staging))
        if result.verdict is Verdict.SKIPPED:
            pytest.skip("; ".join(result.notes))
        if result.verdict is Verdict.FAILED:
            customers = scenario.given.customers
            raise Failed(shown(result, self.path.stem, masker, customers=customers))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from cashier.errors import CashierError

        if isinstance(excinfo.value, Failed):
            from cashier.report.told import failures

            return failures(excinfo.value.shown)
        if isinstance(excinfo.value, CashierError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.scenario.source.line(("scenario",)) - 1, self.name
