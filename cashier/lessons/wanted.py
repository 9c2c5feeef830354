"""What must be heard of in a task, because the receipt does not show it: refusals that the task is
about, and commands that leave no trace."""

from dataclasses import dataclass

from cashier import commands as do
from cashier.commands import Command
from cashier.scenario.acting import heard
from cashier.scenario.model import Deed, Restart, Return, Step, Wait
from cashier.scenario.stage import Stage

LEAVES_NO_TRACE = (
    do.CheckPrice,
    do.CheckCertificate,
    do.ResendCode,
    do.Report,
    do.Reprint,
    do.OpenDrawer,
    do.CashIn,
    do.CashOut,
    do.CountDrawer,
    do.Deliver,
    do.PrintWaiting,
)
"""Commands that change nothing on a receipt: the task asks for them by name."""
RETURNING = (do.FindSale, do.ChooseSale, do.ReturnLine, do.ReturnAll, do.Refund)
"""What a return consists of; any of it may be refused."""


def is_heard(step: Step) -> bool:
    """Whether somebody must be heard doing it: the receipt does not show it."""
    return step.refusal is not None or isinstance(step.deed, LEAVES_NO_TRACE)


@dataclass(frozen=True)
class Wanted:
    """What must be heard of, because the receipt does not show it."""

    step: Step
    deed: Deed
    """With what is only known at its time."""

    @classmethod
    def of(cls, step: Step, stage: Stage) -> "Wanted":
        deed = step.deed
        assert deed is not None  # the trainee's steps do something
        if isinstance(deed, Return | Wait | Restart):
            return cls(step, deed)
        return cls(step, heard(deed, stage))

    def is_it(self, command: Command, reason: str) -> bool:
        """Whether somebody did what the step says: what is refused may come as a scan, or in
        small letters."""
        refusal = self.step.refusal
        if refusal is None and reason:
            return False
        if refusal is not None and not (reason and refusal.reason in ("", reason)):
            return False
        if isinstance(self.deed, Return):
            return isinstance(command, RETURNING)
        scanned = refusal is not None and isinstance(command, do.Scan)
        if type(self.deed) is not type(command) and not (scanned and _code(self.deed)):
            return False
        return isinstance(self.deed, do.EnterCode) or _code(self.deed) == _code(command)


def _code(deed: object) -> str:
    if isinstance(deed, do.Identify):
        return deed.identifier.value.upper()
    for name in ("code", "number"):
        if value := getattr(deed, name, ""):
            return str(value).upper()
    return ""
