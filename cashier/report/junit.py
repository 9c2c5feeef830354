"""A run as JUnit XML: a suite for each file, a case for each scenario.

Names say nothing of the machine, the folder or the shop, so that a server of builds recognises a
case wherever it ran.
"""

import io
from itertools import groupby

from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from cashier.report.harmless import harmless, in_a_row
from cashier.report.shown import Run, Shown
from cashier.report.told import MARKS, failures, headline


def junit(run: Run) -> str:
    whole = JUnitXml("cashier")
    for group, scenarios in groupby(run.scenarios, lambda one: one.group):
        whole.add_testsuite(_suite(group, list(scenarios), run))
    out = io.BytesIO()
    whole.write(out)
    return out.getvalue().decode("utf-8")


def _suite(group: str, scenarios: list[Shown], run: Run) -> TestSuite:
    suite = TestSuite(in_a_row(group))
    suite.add_property("seed", str(run.seed))
    for one in scenarios:
        suite.add_testcase(_case(one))
    for name in ("system", "shop"):
        values = {in_a_row(getattr(one, name)) for one in scenarios} - {""}
        if values:
            suite.add_property(name, ", ".join(sorted(values)))
    return suite


def _case(one: Shown) -> TestCase:
    case = TestCase(in_a_row(one.name), in_a_row(one.group), one.milliseconds / 1000)
    failed = [step for step, _exchanges in one.failures()]
    if failed:
        failure = Failure(headline(failed[0]), _kind(one))
        failure.text = failures(one)
        case.result = [failure]
    elif one.verdict in ("skipped", "not_run"):
        case.result = [Skipped(in_a_row("; ".join(one.notes)) or one.verdict, one.verdict)]
    tags = " ".join(f"#{tag}" for tag in one.tags)
    steps = [f"{MARKS[it.verdict]} {it.milliseconds:>6} ms  {it.words}" for it in one.steps]
    case.system_out = harmless("\n".join(filter(None, (tags, *steps, *one.notes))))
    return case


def _kind(one: Shown) -> str:
    """What sort of failure comes first."""
    first = next(step for step, _exchanges in one.failures())
    if first.why:
        return "step"
    return "expectation" if first.differences else "standing check"
