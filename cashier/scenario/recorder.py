"""``--record-scenario FILE``, and 'save this receipt as scenario'.

The file is whole after every command: it is written anew beside itself and put in its place, so a
program that is killed loses nothing. A disk that takes no more ends the recording, never the sale.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from cashier import commands as do
from cashier import fixtures, i18n
from cashier.acts import Act, Acts
from cashier.errors import ConfigError, NotNow
from cashier.events import Said, Tone
from cashier.faults import Connection
from cashier.i18n import _
from cashier.receipt import Receipt
from cashier.scenario.drafting import NOWHERE, Draft
from cashier.scenario.model import Step
from cashier.scenario.reading import MOST_STEPS
from cashier.scenario.references import References
from cashier.scenario.stand_ins import StandIns
from cashier.sheets.sample import Sampled
from cashier.snapshot import AskResume
from cashier.steps.shift import current
from cashier.till import Till
from cashier.workplace import Workplace


class Recorder:
    """Writes down a whole session, of one till or of several after each other."""

    def __init__(self, path: Path, card: Path, *, unmasked: bool = False) -> None:
        """Raises ConfigError; a file that is there is never written over."""
        self._path, self._card, self._unmasked = path, card, unmasked
        self._draft: Draft | None = None
        self._ended = False
        try:
            path.open("x").close()
        except FileExistsError as error:
            text = _("{file}: exists already; a recording is never written over")
            raise ConfigError(text.format(file=path)) from error
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror}") from error

    def attach(self, till: Till) -> None:
        """From now on what is done at this till is written down."""
        desk = till.workplace
        start = [] if self._draft else _standing(desk)
        money = [] if self._draft else _money_there(desk)

        def told(act: Act) -> None:
            if self._draft is None:
                title = _("Recorded on {day}").format(day=f"{act.at:%d.%m.%Y %H:%M}")
                self._draft = draft_of(desk, title, self._card, self._path, keep=self._unmasked)
                self._draft.setup = _steps(start)
            if money and isinstance(act.command, do.CashOut | do.CountDrawer):
                self._draft.setup = _steps([*money, *start])
            self._add(self._draft, act, desk)

        Acts(till, told)

    def close(self) -> None:
        """Nothing was done: there is no file."""
        if self._draft is None or not self._draft.steps:
            self._path.unlink(missing_ok=True)

    def _add(self, draft: Draft, act: Act, desk: Workplace) -> None:
        if self._ended:
            return
        draft.add(act)
        if not draft.steps:
            return
        try:
            replace_file(self._path, draft.text())
        except OSError as error:
            self._end(desk, str(error.strerror))
        if len(draft.steps) >= MOST_STEPS - 1:
            self._end(desk, _("more than {n} steps").format(n=MOST_STEPS))

    def _end(self, desk: Workplace, why: str) -> None:
        self._ended = True
        text = _("The recording ends here: {why}").format(why=why)
        desk.events.tell(Said(Tone.ERROR, text))


def replace_file(path: Path, text: str) -> None:
    """All of the new text, or all of the old one. Raises OSError."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


# --- one receipt


def receipt_text(acts: Iterable[Act], receipt: Receipt, desk: Workplace, path: Path) -> str:
    """What was done with a receipt, and with the sale that it returns, as a scenario for ``path``.

    Raises NotNow where nothing of it is remembered, or not from its beginning.
    """
    wanted = {receipt.receipt_id, receipt.of.receipt_id if receipt.of else receipt.receipt_id}
    name = receipt.number or _("open")
    card = desk.key_files.card or fixtures.demo_card(i18n.language())
    draft = draft_of(desk, _("Receipt {number}").format(number=name), card, path)
    around: list[Act] = []
    for act in acts:
        if _about(act) & wanted:
            if not draft.steps and _is_begun(act, wanted):
                text = _("Only the end of this receipt is remembered: that makes no scenario.")
                raise NotNow(text)
            for one in (*around, act):
                draft.add(one)
            around.clear()
        elif isinstance(act.command, _AROUND):
            around.append(act)
    if not draft.steps:
        raise NotNow(_("Nothing is remembered of this receipt: it was made before this start."))
    return draft.text()


_AROUND = (do.SetConnection, do.SetFault, do.ClearFaults, do.SetCardTerminal)
"""What the trainer does holds for the receipts after it."""


def _is_begun(act: Act, wanted: set[str]) -> bool:
    """Whether something of the receipt was done before this."""
    receipt, left = act.before.receipt, act.before.question
    if isinstance(left, AskResume):
        receipt = left.receipt
    return receipt is not None and receipt.receipt_id in wanted and not receipt.is_empty


def _about(act: Act) -> set[str]:
    """Ids of the receipts that an act worked on; a finished one is over."""
    after = act.after.receipt
    if after is not None:
        return {after.receipt_id}
    return {act.before.receipt.receipt_id} if act.before.receipt else set()


# --- where it begins


def draft_of(desk: Workplace, title: str, card: Path, path: Path, *, keep: bool = False) -> Draft:
    """An empty scenario of this till; ``keep``: with the people as they are."""
    samples = desk.backend.samples() if isinstance(desk.backend, Sampled) else ()
    codes = desk.shop.codes
    return Draft(
        title=title,
        language=i18n.language(),
        shop=shop_of(card, path),
        people=StandIns(codes, desk.catalog, samples, keep=keep),
        references=References(codes),
    )


def shop_of(card: Path, path: Path) -> str:
    """The shop card as it is found from the file."""
    if card in [fixtures.demo_card(language) for language in i18n.LANGUAGES]:
        return "demo"
    try:
        return Path(os.path.relpath(card, path.absolute().parent)).as_posix()
    except ValueError:  # on another drive
        return card.name


def _steps(commands: Iterable[do.Command]) -> tuple[Step, ...]:
    return tuple(Step(NOWHERE, (), command) for command in commands)


def _standing(desk: Workplace) -> list[do.Command]:
    """What goes wrong on purpose already."""
    plan = desk.plug
    if plan is None:
        return []
    done: list[do.Command] = [do.SetFault(one.fault) for one in plan.standing if not one.spent]
    if plan.connection is not Connection.ONLINE:
        done.append(do.SetConnection(plan.connection))
    return done


def _money_there(desk: Workplace) -> list[do.Command]:
    """What lies in the drawer already."""
    there = current(desk).in_drawer if desk.daybook.shift else 0
    return [do.CashIn(there)] if there > 0 else []
