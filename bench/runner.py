"""The runner of scenarios: beside the till driven directly, bare httpx, Tavern and newman."""

import asyncio
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from client import parrot
from harness import (
    ENVS,
    PEERS,
    Figure,
    Worker,
    environment_with,
    note,
    peer_python,
    python,
    ratio,
    scratch,
    show,
)
from server import PASSWORD, Program

from cashier.cli.staging import plug
from cashier.commands import Command
from cashier.errors import CashierError
from cashier.events import Carried
from cashier.scenario.acting import commands_of
from cashier.scenario.explore import Exploring, Wish
from cashier.scenario.model import Scenario
from cashier.scenario.reading import scenarios_of
from cashier.scenario.result import Result, Verdict
from cashier.scenario.running import run
from cashier.scenario.source import Source
from cashier.scenario.stage import Stage, Staging
from cashier.witness import WireCall

ROUNDS, SALES = 15, 12
FEW_GOODS = 2
"""Over HTTP: a flow of requests, as people write them for the tools beside."""
CARD = "2900000000018"
GOODS = ("0015", "0022", "0039", "0046", "0053", "0060", "0077", "0084", "0091")
HEAD = "scenario: A morning\nlanguage: en\nchecks: {{off: [{off}]}}\nsteps:\n"
REPEAT = "repeating-a-save-changes-nothing"


def scenario(sales: int, goods: int = len(GOODS), off: str = "") -> Scenario:
    """Sales to a customer with a card, of so many goods each."""
    steps = (
        f'identify: {{card: "{CARD}"}}',
        *(f'scan: "460000000{code}"' for code in GOODS[:goods]),
        "calculate",
        "tender: cash",
    )
    text = HEAD.format(off=off) + "".join(f"  - {step}\n" for step in steps) * sales
    (made,) = scenarios_of(Source.of(text, "bench.yaml", Path()))
    return made


def all_well(result: Result) -> Result:
    wrong = [step for step in result.steps if step.verdict is not Verdict.PASSED]
    assert not wrong, wrong[0]
    return result


# --- beside the till itself


async def directly(morning: Scenario) -> float:
    """The same commands, one after another, and nothing else."""
    begun = time.perf_counter()
    stage = await Staging(plug).make(morning)
    for step in morning.steps:
        assert step.deed is not None
        async for command in commands_of(step.deed, stage):
            await stage.till.do(command)
    await stage.close()
    return time.perf_counter() - begun


async def with_the_runner(morning: Scenario) -> float:
    begun = time.perf_counter()
    all_well(await run(morning, Staging(plug)))
    return time.perf_counter() - begun


async def beside_the_till() -> float:
    morning = scenario(SALES)
    await with_the_runner(morning)
    gc.freeze()  # as `cashier run` does
    turns = [
        (await with_the_runner(morning), await directly(morning)) for _turn in range(ROUNDS * 2)
    ]
    return ratio(*map(list, zip(*turns, strict=True)))


# --- exploring


@dataclass(frozen=True)
class Overheard(Staging):
    """Stages whose commands are written down, session by session."""

    sessions: list[list[Command]] = field(default_factory=list)

    async def make(self, scenario: Scenario) -> Stage:
        stage = await super().make(scenario)
        heard: list[Command] = []
        self.sessions.append(heard)
        stage.desk.events.watch(
            lambda event: heard.append(event.command) if isinstance(event, Carried) else None
        )
        return stage


EXPLORED = 10
"""Sessions of a turn."""


async def exploring(staging: Staging, seed: int) -> float:
    begun = time.perf_counter()
    found = await Exploring(staging, Wish(seed=seed, runs=EXPLORED)).explore()
    assert found is None, found.text
    return time.perf_counter() - begun


async def explored_directly(sessions: list[list[Command]]) -> float:
    """The same commands, refusals among them, and nothing else."""
    (bare,) = scenarios_of(Source.of(HEAD.format(off="") + "  - calculate\n", "bare", Path()))
    begun = time.perf_counter()
    for commands in sessions:
        stage = await Staging(plug).make(bare)
        for command in commands:
            with suppress(CashierError):
                await stage.till.do(command)
        await stage.close()
    return time.perf_counter() - begun


async def beside_exploring() -> float:
    await exploring(Staging(plug), 0)
    ours, direct = [], []
    for seed in range(ROUNDS):
        overheard = Overheard(plug)
        await exploring(overheard, seed)
        ours.append(await exploring(Staging(plug), seed))
        direct.append(await explored_directly(overheard.sessions))
    return ratio(ours, direct)


# --- beside bare requests


def card_for(port: int, folder: Path) -> Path:
    card = folder / f"shop-{port}.toml"
    goods = Path(__file__).parent.parent / "fixtures" / "goods.csv"
    card.write_text(
        f'name = "Bench"\nlanguage = "en"\ngoods = "{goods}"\n[loyalty]\nsystem = "rarus"\n'
        f'[loyalty.options]\nurl = "http://127.0.0.1:{port}"\nlogin = "till"\n'
        f'password = "{PASSWORD}"\n'
    )
    return card


def calls_of(result: Result) -> list[WireCall]:
    """Of the steps."""
    return [call for step in result.steps for one in step.exchanges for call in one.calls]


def at_the_real_server(folder: Path, morning: Scenario) -> tuple[list[WireCall], list[WireCall]]:
    """What is said over the wire before it, and for it."""
    real = Program("system_server.py", "rarus", folder / "data", PASSWORD)
    try:
        staging = Staging(plug, card=card_for(real.port, folder))
        result = all_well(asyncio.run(run(morning, staging)))
        return [call for one in result.opening for call in one.calls], calls_of(result)
    finally:
        real.close()


async def requests_of_ours(port: int, folder: Path, morning: Scenario) -> tuple[float, int]:
    """Seconds from the end of the first step to that of the last, and the requests meanwhile."""
    ends: list[float] = []
    staging = Staging(plug, card=card_for(port, folder))
    result = all_well(await run(morning, staging, lambda _step: ends.append(time.perf_counter())))
    later = replace(result, steps=result.steps[1:])
    return ends[-1] - ends[0], len(calls_of(later))


def bare(python: Path | str, port: int, folder: Path, calls: list[WireCall]) -> Worker:
    """httpx with ready bodies in a process of its own; a round is the flow once."""
    file = folder / "calls.json"
    asked = [
        (it.method, f"http://127.0.0.1:{port}{_path(it)}", it.request_body.decode(), it.status)
        for it in calls
    ]
    file.write_text(json.dumps(asked))
    return Worker([python, PEERS / "bare_httpx.py", file])


def _path(call: WireCall) -> str:
    url = urlsplit(call.url)
    return f"{url.path}?{url.query}" if url.query else url.path


# --- peers


def tavern(port: int, folder: Path, calls: list[WireCall]) -> Callable[[int], float]:
    program = peer_python("tavern").with_name("pytest")

    def stage(call: WireCall) -> str:
        asked = {
            "url": f"http://127.0.0.1:{port}{_path(call)}",
            "method": call.method,
            "headers": {"token": "A" * 36, "Content-Type": "application/json"},
        }
        if call.request_body:
            asked["json"] = json.loads(call.request_body)
        answer = {"status_code": call.status}
        return f"  - {json.dumps({'name': 'x', 'request': asked, 'response': answer})}\n"

    (folder / "pytest.ini").write_text("[pytest]\n")  # not that of this project

    def times(number: int) -> float:
        text = "test_name: flow\nstages:\n" + "".join(map(stage, calls)) * number
        (folder / "test_flow.tavern.yaml").write_text(text)
        begun = time.perf_counter()
        subprocess.run(
            [program, "-q", "-p", "no:cacheprovider", "test_flow.tavern.yaml"],
            cwd=folder,
            check=True,
            capture_output=True,
            env=environment_with({}),
        )
        return time.perf_counter() - begun

    return times


def newman(port: int, folder: Path, calls: list[WireCall]) -> Callable[[int], float]:
    home = ENVS / "newman"
    program = home / "node_modules" / ".bin" / "newman"
    if not program.exists():
        note("setting up newman ...")
        subprocess.run(
            ["npm", "install", "--silent", "--prefix", home, "newman@6.2.1"],
            check=True,
            capture_output=True,
        )

    def item(call: WireCall) -> dict[str, object]:
        test = f"pm.test('status', () => pm.response.to.have.status({call.status}));"
        return {
            "name": _path(call),
            "request": {
                "method": call.method,
                "url": f"http://127.0.0.1:{port}{_path(call)}",
                "header": [{"key": "token", "value": "A" * 36}],
                "body": {"mode": "raw", "raw": call.request_body.decode()},
            },
            "event": [{"listen": "test", "script": {"exec": [test]}}],
        }

    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    collection = {"info": {"name": "flow", "schema": schema}, "item": list(map(item, calls))}
    (folder / "flow.json").write_text(json.dumps(collection))

    def times(number: int) -> float:
        begun = time.perf_counter()
        subprocess.run(
            [program, "run", folder / "flow.json", "-n", str(number), "--silent"],
            check=True,
            capture_output=True,
            env=environment_with({}),
        )
        return time.perf_counter() - begun

    return times


FEW, MANY = 4, 24
"""Flows in one start of a peer: what the start itself takes falls out of the difference."""


def steady(times: Callable[[int], float], each: int) -> float:
    """Seconds a request."""
    taken = [(times(MANY) - times(FEW)) / (MANY - FEW) / each for _turn in range(3)]
    return statistics.median(taken)


def over_http() -> list[Figure]:
    morning = scenario(SALES, FEW_GOODS, REPEAT)
    with scratch() as name:
        folder = Path(name)
        opening, flow = at_the_real_server(folder, scenario(1, FEW_GOODS, REPEAT))
        note(f"runner: {[urlsplit(call.url).path for call in flow]}")
        with parrot([*opening, *flow], folder) as port:
            alone = bare(peer_python("httpx"), port, folder, flow)
            beside = bare(sys.executable, port, folder, flow)
            ours: list[float] = []
            theirs: list[list[float]] = [[], []]
            for _turn in range(ROUNDS):
                seconds, asked = asyncio.run(requests_of_ours(port, folder, morning))
                ours.append(seconds / asked)
                for worker, taken in zip((alone, beside), theirs, strict=True):
                    taken.append(worker.ask(str(SALES)) / SALES / len(flow))
            for worker in (alone, beside):
                worker.close()
            mine = statistics.median(ours)
            against = [
                steady(peer(port, folder, flow), len(flow)) / mine for peer in (tavern, newman)
            ]
    what = "a request of a scenario over HTTP, everything kept,"
    return [
        Figure(f"{what} to one by bare httpx with a ready body", ratio(ours, theirs[0]), 1.25),
        Figure("(the same, where httpx has sniffio beside it as we have)", ratio(ours, theirs[1])),
        Figure(f"{what} to one by Tavern", 1 / against[0], 1 / 6),
        Figure(f"{what} to one by newman", 1 / against[1], 1 / 8),
    ]


# --- its start


def started(argv: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(argv, check=True, capture_output=True, env=environment_with({}))
    return time.perf_counter() - begun


def starts() -> float:
    """`cashier run` until a file is read and checked, to importing Textual's app."""
    with scratch() as name:
        file = Path(name) / "one.yaml"
        file.write_text("scenario: One\nlanguage: en\nsteps:\n  - scan: '4600000000015'\n")
        run = "import sys; from cashier.cli import main; sys.exit(main(sys.argv[1:]))"
        ours = python(run, "run", "--list", file)
        textual = python("import textual.app")
        turns = [(started(ours), started(textual)) for _turn in range(ROUNDS * 2)]
    return ratio(*map(list, zip(*turns, strict=True)))


def figures() -> list[Figure]:
    note("runner")
    what = f"a scenario of {SALES} sales, to its commands given to the till directly"
    explored = "a command of an exploration, to one given to the till directly"
    return [
        Figure(what, asyncio.run(beside_the_till()), 1.25),
        Figure(explored, asyncio.run(beside_exploring()), 2),
        *over_http(),
        Figure(
            "`cashier run` until a file is read and checked, to importing Textual", starts(), 0.6
        ),
    ]


if __name__ == "__main__":
    show(figures())
