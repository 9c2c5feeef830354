"""Sessions at a till on the test stand, written down, saved and run again."""

from dataclasses import dataclass
from pathlib import Path

from scenario.played import troubles
from stand import Stand, make_stand

from cashier import fixtures, i18n
from cashier.acts import Acts
from cashier.cli.staging import plug
from cashier.commands import Command
from cashier.errors import CashierError
from cashier.scenario.reading import load
from cashier.scenario.recorder import Recorder
from cashier.scenario.result import Verdict
from cashier.scenario.running import run
from cashier.scenario.stage import Staging


@dataclass
class Session:
    """A till whose session is written down."""

    stand: Stand
    path: Path
    recorder: Recorder
    acts: Acts

    async def do(self, *commands: Command) -> None:
        for command in commands:
            await self.stand.till.do(command)

    async def refused(self, command: Command) -> None:
        try:
            await self.stand.till.do(command)
        except CashierError:
            return
        raise AssertionError(f"{command} was not refused")

    @property
    def code(self) -> str:
        return self.stand.code

    @property
    def text(self) -> str:
        return self.path.read_text()

    async def replayed(self) -> str:
        """The file, after it has passed on a fresh till; the till is closed."""
        await self.stand.till.close()
        self.recorder.close()
        language = i18n.language()
        (scenario,) = load(self.path)
        result = await run(scenario, Staging(plug))
        assert troubles(result) == [], self.text
        assert result.verdict is Verdict.PASSED
        assert i18n.language() == language
        return self.text


async def session(folder: Path, stand: Stand | None = None, *, unmasked: bool = False) -> Session:
    stand = stand or make_stand()
    path = folder / "session.yaml"
    card = fixtures.demo_card(i18n.language())
    recorder = Recorder(path, card, unmasked=unmasked)
    recorder.attach(stand.till)
    acts = Acts(stand.till)
    await stand.till.start()
    return Session(stand, path, recorder, acts)
