"""Whatever is in a file, ``cashier run`` tells file, line and field, and runs nothing; and a system
that goes away, or never ends, costs one step and never the run."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from scenario.played import around, read

from cashier import fixtures
from cashier.cli import main
from cashier.cli.staging import plug
from cashier.exchange import Backend
from cashier.methods import Method
from cashier.scenario.result import Result, StepResult, Verdict
from cashier.scenario.running import run
from cashier.scenario.stage import Staging
from cashier.uniform import Wrapper, call

HEAD = "scenario: A test\nlanguage: en\n"
LAUGHS = (
    "scenario: x\nvars:\n  a: &a [" + ", ".join(["lol"] * 9) + "]\n"
    + "".join(
        f"  {one}: &{one} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, one in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "steps: [calculate]\n"
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "x.yaml: the file is empty"),
        ("# nothing but words\n", "x.yaml: the file is empty"),
        ("{a: [}", "x.yaml, line 1: not YAML"),
        ("just words", "x.yaml, line 1, field -: expected fields: scenario, steps"),
        ("- scan: 1", "expected fields: scenario, steps"),
        (HEAD + "steps:\n\t- scan: 1", "x.yaml, line 4: not YAML: a tab"),
        (HEAD, "line 1, field steps: there are no steps"),
        (HEAD + "steps: scan", "line 3, field steps: expected a list"),
        (HEAD + "stepz: []\nsteps: [calculate]", "line 3, field stepz: unknown field"),
        (HEAD + "clock: soon\nsteps: [calculate]", "line 3, field clock"),
        (HEAD + "clock: 2026-03-01T10:00:00\nsteps: [calculate]", "line 3, field clock"),
        (HEAD + "limits: {step_seconds: 0}\nsteps: [calculate]", "limits.step_seconds"),
        (HEAD + "needs: [wings]\nsteps: [calculate]", "field needs.1: expected one of register"),
        (HEAD + "checks: {off: [sleep]}\nsteps: [calculate]", "field checks.off.1"),
        (HEAD + "steps:\n  - dance", "line 4, field steps.1.dance: there is no step dance"),
        (HEAD + "steps:\n  - scan: {code: {}}", "line 4, field steps.1.scan.code: expected text"),
        (HEAD + "steps:\n  - expect: {toal: 1}", "steps.1.expect.toal: there is no such fact"),
        (HEAD + "steps:\n  - expect: {of: x, total: 1}", "steps.1.expect.of: no step before"),
        (HEAD + "steps:\n  - return: {of: x, lines: 1}", "steps.1.return.lines: expected numbers"),
        (HEAD + "steps:\n  - include: x.yaml", "field steps.1.include: x.yaml includes itself"),
        (HEAD + "steps:\n  - include: /etc/hosts", "field steps.1.include"),
        (LAUGHS, "more values than a scenario can have"),
        ("scenario: !!python/object/apply:os.system [x]\nsteps: [calculate]", "a tag"),
        (HEAD + "shop: nosuch.toml\nsteps: [calculate]", "nosuch.toml: there is no such file"),
    ],
)
def test_bad_files(
    text: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text)
    assert main(["run", "--lang", "en", str(path)]) == 2
    out, err = capsys.readouterr()
    assert told in err
    assert str(path) in err or "nosuch" in err
    assert out == ""


@pytest.mark.parametrize("body", [b"\xff\xfes\x00", b"scenario: \x80\n", b"\x00" * 50])
def test_bytes_that_are_no_text(
    body: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(body)
    assert main(["run", "--lang", "en", str(path)]) == 2
    assert str(path) in capsys.readouterr().err


def test_includes_in_a_ring(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for one, other in (("a", "b"), ("b", "c"), ("c", "b")):
        (tmp_path / f"{one}.yaml").write_text(HEAD + f"steps:\n  - include: {other}.yaml\n")
    assert main(["run", "--lang", "en", str(tmp_path / "a.yaml")]) == 2
    assert "includes itself" in capsys.readouterr().err


# --- systems


STEPS = """
- identify: {card: "2900000000032"}
- scan: {code: "4600000000022", quantity: 3}
- calculate
- pay_points: 10
- wait: 1
- tender: cash
- finish
- cancel_receipt
"""
"""Where points are spent a sale is not put into the queue."""


def test_a_system_that_is_not_there_is_told_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(HEAD + "steps: [calculate]\n")
    code = main(["run", "--lang", "en", str(path), "--backend", "nosuch"])
    out, err = capsys.readouterr()
    assert "nosuch" in out + err
    assert code == 2


@contextmanager
def serving(folder: Path) -> Iterator["tuple[subprocess.Popen[bytes], Path]"]:
    """The program as a loyalty system over real HTTP, and a shop card that names it."""
    command = [sys.executable, "-m", "cashier.cli", "serve", "rarus", "--port", "0", "--lang", "en"]
    server = subprocess.Popen(
        [*command, "--data", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert server.stdout is not None
    url = "http://" + server.stdout.readline().decode().partition("http://")[2].split()[0]
    card = folder / "shop.toml"
    text = fixtures.path("shop-rarus.toml").read_text(encoding="utf-8")
    text = text.replace("http://127.0.0.1:8000", url)
    text = text.replace('"goods.csv"', f'"{fixtures.path("goods.csv")}"')
    card.write_text(text, encoding="utf-8")
    try:
        yield server, card
    finally:
        server.kill()
        server.communicate()


async def test_the_system_is_lost_in_the_middle(tmp_path: Path) -> None:
    """The server is killed between two steps."""
    (scenario,) = read(STEPS)
    with serving(tmp_path) as (server, card):

        def told(step: StepResult) -> None:
            if step.words.startswith("wait"):
                server.kill()
                server.wait()

        result = await run(scenario, Staging(plug, card=card), told)
    assert lost(result) == "unavailable"


async def test_a_step_after_the_plug_was_pulled_fails_with_its_cause() -> None:
    (scenario,) = read(STEPS.replace("wait: 1", "connection: offline"))
    assert lost(await run(scenario, Staging(plug))) == "unavailable"


def lost(result: Result) -> str:
    """The one step that failed is the one that needs the system; what came after was not run."""
    *before, step, last = result.steps
    assert {one.verdict for one in before} == {Verdict.PASSED}, before
    assert (step.verdict, last.verdict) == (Verdict.FAILED, Verdict.NOT_RUN)
    assert step.exchanges, "what was said is there"
    reason, _colon, why = step.why.removeprefix("refused (").partition("): ")
    assert why
    return reason


class Stuck(Wrapper):
    """Never answers when prices are asked for."""

    def __init__(self, inner: Backend) -> None:
        self._inner = inner

    @property
    def inner(self) -> Backend:
        return self._inner

    async def close(self) -> None:
        await self._inner.close()

    async def ask(self, method: Method, request):  # type: ignore[no-untyped-def, type-arg]
        import asyncio

        if method.name == "calculate":
            await asyncio.get_running_loop().create_future()
        return await call(self._inner, method, request)


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ("{step_seconds: 1}", "no end after 1 s"),
        ("{run_seconds: 1}", "the scenario takes longer than 1 s"),
    ],
)
async def test_what_never_ends_is_ended(limits: str, why: str) -> None:
    (scenario,) = read(
        '- scan: "4600000000015"\n- calculate\n- tender: cash', HEAD + f"limits: {limits}\n"
    )
    result = await run(scenario, around(Stuck))
    assert [step.why for step in result.steps] == ["", why, ""]
    assert result.steps[2].verdict is Verdict.NOT_RUN
