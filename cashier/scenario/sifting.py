"""Which acts belong into a scenario: what changed something, or was refused by the system."""

from collections.abc import Iterator

from cashier import commands as do
from cashier.acts import Act
from cashier.commands import Command
from cashier.errors import BadInput, NotNow
from cashier.receipt import Identifier, IdentifierKind
from cashier.snapshot import AskLive, AskResume, AskShift, AskSupervisor, Snapshot
from cashier.till import Cancelled

_NOT_OURS = (do.SwitchTraining, do.OpenOffice, do.ConfirmLive)
"""Another till, or what lies behind the counter: nothing of it is in a scenario."""
_ALWAYS = (do.ApplyCoupon, do.EnterCode, do.PayPoints, do.Allow)
"""What is interesting even where the till itself refused it."""


def sifted(act: Act) -> Command | None:
    """The command of a step; None: there is none."""
    command = _live(act)
    if command is None or isinstance(command, _NOT_OURS) or _about_not_ours(act):
        return None
    if isinstance(act.error, Cancelled):
        return None
    if isinstance(act.error, NotNow):
        return None
    if isinstance(act.error, BadInput) and not isinstance(command, _ALWAYS):
        return None
    if isinstance(command, do.ResumeReceipt):
        return command if command.keep and act.error is None else None
    if isinstance(command, do.Dismiss) and isinstance(act.before.question, AskShift):
        return None
    return command


def _live(act: Act) -> Command | None:
    """What a live shop asks about before it is done is done at once elsewhere."""
    was, now = act.before.question, act.after.question
    if isinstance(was, AskLive):
        return was.command if isinstance(act.command, do.ConfirmLive) else None
    return None if isinstance(now, AskLive) else act.command


def _about_not_ours(act: Act) -> bool:
    question = act.before.question
    return isinstance(question, AskSupervisor) and isinstance(question.command, _NOT_OURS)


def resumed(before: Snapshot) -> Iterator[Command]:
    """How a receipt that an earlier run left open is made again."""
    question = before.question
    if not isinstance(question, AskResume):
        return
    receipt = question.receipt
    if receipt.buyer is not None:
        card = receipt.buyer.card
        yield do.Identify(
            Identifier(IdentifierKind.CARD, card.number) if card else receipt.buyer.identifier
        )
    for line in receipt.lines:
        if not line.deposit:
            yield do.AddGoods(line.sku, line.quantity)
    for coupon in receipt.coupons:
        yield do.ApplyCoupon(coupon.code)
