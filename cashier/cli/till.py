"""``cashier``: the till in the terminal; ``cashier reset``: as on its first day."""

import argparse
import gc
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cashier.cli.place import place_of
from cashier.i18n import _

if TYPE_CHECKING:
    from backends.replay import Replay
    from cashier.clock import Clock
    from cashier.events import Events
    from cashier.exchange import Backend
    from cashier.faults import Plan
    from cashier.opening import Keep
    from cashier.recording import Recorder
    from cashier.scenario.recorder import Recorder as ScenarioRecorder
    from cashier.shop import Shop
    from cashier.till import Till


def add_options(parser: argparse.ArgumentParser) -> None:
    """What the till itself is started with."""
    parser.add_argument("--theme", help=_("colours: dark, light, contrast, ansi"))
    parser.add_argument("--large", action="store_true", help=_("large digits, for a projector"))
    parser.add_argument(
        "--privacy", action="store_true", help=_("mask names, phones, e-mails and cards")
    )
    parser.add_argument("--training", action="store_true", help=_("begin in training mode"))
    parser.add_argument(
        "--faults", metavar="FILE", help=_("what goes wrong on purpose between till and system")
    )
    parser.add_argument(
        "--record", metavar="FILE", help=_("keep what is said to the loyalty system in a file")
    )
    parser.add_argument(
        "--unmasked",
        action="store_true",
        help=_("with --record and --record-scenario: names, too; with --record secrets as well"),
    )
    parser.add_argument(
        "--record-scenario", metavar="FILE", help=_("keep what is done as a scenario")
    )
    parser.add_argument(
        "--replay", metavar="FILE", help=_("play a recording in place of the loyalty system")
    )
    parser.add_argument(
        "--seat", action="store_true", help=_("let an instructor in: 'cashier watch'")
    )
    parser.set_defaults(run=_open)


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    reset = commands.add_parser(
        "reset", parents=[common], help=_("bring the demo shop back to the first day")
    )
    reset.add_argument("--yes", action="store_true", help=_("do not ask"))
    reset.set_defaults(run=_reset)


def _open(chosen: argparse.Namespace) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(_("The till needs a terminal."), file=sys.stderr)
        return 2
    gc.disable()  # nothing of what is imported is garbage: looking for some only delays the start
    from screens.app import TillApp

    run = _Run(chosen)

    def make_till(training: bool) -> "Till":
        """Runs after the first paint, in a thread: brings in everything heavy."""
        till = run.till(training)
        gc.freeze()
        gc.enable()
        return till

    app = TillApp(
        make_till,
        theme_name=chosen.theme,
        training=chosen.training,
        large=chosen.large,
        privacy=chosen.privacy,
        seat=place_of(chosen).data if chosen.seat else None,
    )
    app.run()
    run.end()
    if app.trouble:
        print(app.trouble, file=sys.stderr)
    return app.return_code or 0


class _Run:
    """What one run of the till is started with: faults, a recording to make or to play."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self._chosen = chosen
        self._recorder: Recorder | None = None
        self._scenario: ScenarioRecorder | None = None
        self.replay: Replay | None = None

    def till(self, training: bool) -> "Till":
        """Training from within the till is neither recorded nor played."""
        from cashier.opening import open_till

        chosen, place = self._chosen, place_of(self._chosen)
        real = training is chosen.training
        replay = Path(chosen.replay).name if chosen.replay and real else ""
        record = self._record if chosen.record and real else None
        place = replace(place, training=training, replay=replay)
        if chosen.record_scenario and real and self._scenario is None:
            self._scenario = self._scenario_at(Path(chosen.record_scenario), place.card)
        till = open_till(place, partial(self._plugged, replay=bool(replay)), record=record)
        if self._scenario is not None and real:
            self._scenario.attach(till)
        return till

    def _scenario_at(self, path: Path, card: Path) -> "ScenarioRecorder":
        from cashier.scenario.recorder import Recorder as ScenarioRecorder

        return ScenarioRecorder(path, card, unmasked=self._chosen.unmasked)

    def _plugged(
        self, make: "Callable[[], Backend]", clock: "Clock", *, replay: bool
    ) -> "tuple[Backend, Plan]":
        from backends.faults import Faulty
        from cashier.faults import Plan

        plan = Plan.load(Path(self._chosen.faults)) if self._chosen.faults else Plan()
        if replay:
            self.replay = found = self._replayed()
            return Faulty(lambda: found, clock, plan), plan
        return Faulty(make, clock, plan), plan

    def _replayed(self) -> "Replay":
        from backends.replay import Replay
        from cashier.masking.masker import Masker
        from cashier.opening import read_shop

        mask = Masker.for_shop(read_shop(place_of(self._chosen))).live
        return Replay.load(Path(self._chosen.replay), mask)

    def _record(self, shop: "Shop", events: "Events") -> "Keep":
        """One file for the whole run."""
        from cashier.events import Said, Tone
        from cashier.masking.masker import Masker
        from cashier.recording import Recorder

        if self._recorder is None:
            self._recorder = Recorder(
                Path(self._chosen.record),
                system=shop.loyalty.system,
                shop=shop.shop,
                mask=None if self._chosen.unmasked else Masker.for_shop(shop).live,
                troubled=lambda why: events.tell(Said(Tone.ERROR, why)),
            )
        return self._recorder

    def end(self) -> None:
        if self._recorder is not None:
            self._recorder.close()
        if self._scenario is not None:
            self._scenario.close()
        if self.replay is not None:
            from backends.replay import report

            if text := report(self.replay):
                print(text, file=sys.stderr)


# --- the first day again


def _reset(chosen: argparse.Namespace) -> int:
    from cashier.errors import ConfigError
    from cashier.folder import DataFolder
    from cashier.opening import read_shop

    place = place_of(chosen)
    if read_shop(place).live:
        raise ConfigError(_("This shop is live: nothing of it is reset."))
    folder = DataFolder.open(place.data)
    try:
        for other in ("training", "replay"):
            if (folder.path / other).is_dir():
                DataFolder.open(folder.path / other).close()  # nobody works in it now
        if not chosen.yes and not _agreed(folder.path):
            return 1
        for entry in folder.path.iterdir():
            if entry.name in ("slips", "training", "replay"):
                shutil.rmtree(entry)
            elif entry.name.startswith(("journal.db", "loyalty.")):  # not what was put aside
                entry.unlink()
    except OSError as error:
        print(f"{folder.path}: {error.strerror}", file=sys.stderr)
        return 2
    finally:
        folder.close()
    print(_("The shop is as on its first day: {folder}").format(folder=folder.path))
    return 0


def _agreed(folder: Path) -> bool:
    question = _("Delete all receipts, customers and slips in {folder}? [y/N] ")
    print(question.format(folder=folder), end="", flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes", "д", "да")
