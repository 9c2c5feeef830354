"""Guard rails of a live shop: nothing is written to its loyalty system before somebody said yes.

Asked once in every run of the till, before the first command that may write; what slips past the
question is stopped at the exchange, and waits in the outbox as if there were no connection.
"""

from collections.abc import Callable
from typing import TypeVar

from cashier import commands as do
from cashier import methods
from cashier.errors import ConfigError, NotNow
from cashier.exchange import Backend, Can, Frozen, IdentifyRequest, Unavailable
from cashier.faults import Connection, Plan
from cashier.i18n import _
from cashier.methods import Method
from cashier.shop import Shop, Upgrade
from cashier.snapshot import AskCode, AskFreeCard, AskLevel, AskLive, AskResume, Snapshot, State
from cashier.uniform import Wrapper, call
from cashier.workplace import Workplace

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")


class Guard(Wrapper):
    """The live system: what changes something there is not even asked before the yes."""

    def __init__(self, inner: Backend, agreed: Callable[[], bool]) -> None:
        self._inner, self._agreed = inner, agreed

    @property
    def inner(self) -> Backend:
        return self._inner

    async def close(self) -> None:
        await self._inner.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if methods.changes(method, request) and not self._agreed():
            text = _("Nothing is written to the live loyalty system before you agree.")
            raise Unavailable(text, ours=True)
        return await call(self._inner, method, request)


def question(now: Snapshot, command: do.Command, desk: Workplace) -> AskLive | None:
    """What is to be asked before this command, if anything."""
    if not desk.shop.live or desk.agreed or desk.backend is None:
        return None
    return AskLive(command, now.question) if _may_write(now, command, desk) else None


def _may_write(now: Snapshot, command: do.Command, desk: Workplace) -> bool:
    match command:
        case do.Finish() | do.TakeTender() | do.AuthoriseCard() | do.Register():
            return True
        case do.Refund():
            return now.sale is not None
        case do.Deliver() | do.SendAgain():
            return True
        case do.SetConnection(connection=Connection.ONLINE) | do.ClearFaults():
            return desk.waiting > 0  # it is sent at once
        case do.Scan() if now.state in (State.CALCULATED, State.PAYING):
            return True  # a certificate pays
        case do.EnterCode() | do.ResendCode():
            question = now.question
            return isinstance(question, AskCode) and not isinstance(
                question.request, IdentifyRequest
            )
        case do.ChooseCard():
            return isinstance(now.question, AskFreeCard)
        case do.UpgradeLevel():
            return command.confirm or isinstance(now.question, AskLevel)
        case do.Calculate():
            return desk.shop.loyalty.upgrade is Upgrade.AT_ONCE or _holds(now)
        case do.PayPoints():
            return _holds(now) or (now.offer is not None and now.offer.must_confirm)
        case do.SuspendReceipt() | do.RecallReceipt():
            return desk.can(Can.HOLD) or _holds(now)
        case do.Dismiss() | do.ConfirmLive() | do.Allow():
            return False
        case _:
            return _holds(now)  # most commands give held points back


def _holds(now: Snapshot) -> bool:
    """Points are held that the command may give back."""
    receipt = now.question.receipt if isinstance(now.question, AskResume) else now.receipt
    return receipt is not None and bool(receipt.hold) and now.state is not State.FINISHED


def check_harmless(desk: Workplace) -> None:
    """Faults and other play are not for a live system. Raises NotNow."""
    if desk.shop.live:
        raise NotNow(_("This shop is live: no faults here."))


def check_faults(shop: Shop, plan: Plan | None) -> None:
    """At the start of a till. Raises ConfigError."""
    if shop.live and plan is not None and plan.standing:
        raise ConfigError(_("This shop is live: the till does not start with faults."))
