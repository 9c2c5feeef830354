"""The keys of every command, at this till and in this moment.

A way is a generator: it looks at the till after every press, as hands and eyes do. Where typing is
not possible just now it raises ``NoWay``, and the command goes into the till directly; ``DIRECTLY``
are those for which that is always so.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from cashier import commands as do
from cashier.commands import Command
from screens.playing import answering, returning, selling
from screens.playing.hands import NoWay as NoWay  # one of the words of this file
from screens.playing.hands import at_ease
from screens.playing.press import Press

if TYPE_CHECKING:
    from screens.desk import Desk

Way: TypeAlias = Callable[[Any, "Desk"], Iterator[Press]]

TYPED: Mapping[type, Way] = {
    do.Identify: selling.identify,
    do.EnterCode: answering.code,
    do.ResendCode: answering.new_code,
    do.ChooseCard: answering.card,
    do.Register: answering.register,
    do.ForgetBuyer: selling.forget,
    do.UpgradeLevel: selling.upgrade,
    do.Dismiss: answering.dismiss,
    do.Scan: selling.scan,
    do.AddGoods: selling.add_goods,
    do.RepeatLine: selling.repeat,
    do.SetQuantity: selling.quantity,
    do.VoidLine: selling.void,
    do.CancelReceipt: selling.cancel,
    do.ConfirmAge: answering.age,
    do.CheckPrice: selling.check_price,
    do.SellChecked: selling.sell_checked,
    do.SellCertificate: answering.certificate,
    do.CheckCertificate: selling.check_certificate,
    do.GiveDiscount: selling.discount,
    do.SuspendReceipt: selling.suspend,
    do.RecallReceipt: selling.recall,
    do.ApplyCoupon: selling.coupon,
    do.RemoveCoupon: selling.remove_coupon,
    do.Calculate: selling.calculate,
    do.BackToGoods: selling.to_goods,
    do.PayPoints: selling.points,
    do.UndoPoints: selling.no_points,
    do.TakeTender: selling.tender,
    do.AuthoriseCard: answering.bank_code,
    do.UndoTenders: selling.undo_tenders,
    do.Finish: selling.finish,
    do.Reprint: selling.reprint,
    do.FindSale: returning.find_sale,
    do.ChooseSale: answering.sale,
    do.ReturnLine: returning.return_line,
    do.ReturnAll: returning.return_all,
    do.Refund: returning.refund,
    do.ReturnGoods: returning.return_goods,
    do.OpenShift: returning.open_shift,
    do.CashIn: returning.cash_in,
    do.CashOut: returning.cash_out,
    do.CountDrawer: returning.count,
    do.OpenDrawer: returning.drawer,
    do.Report: returning.report,
    do.CloseShift: returning.close_shift,
    do.Allow: answering.allow,
    do.ConfirmLive: answering.live,
    do.OpenOffice: returning.office,
    do.PrintWaiting: returning.print_waiting,
    do.Deliver: returning.deliver,
    do.ResumeReceipt: answering.resume,
}
DIRECTLY: Mapping[type, str] = {
    do.SetConnection: "the trainer's side",
    do.SetFault: "the trainer's side",
    do.ClearFaults: "the trainer's side",
    do.SetCardTerminal: "the trainer's side",
    do.SetPrinter: "the trainer's side",
    do.SwitchTraining: "another till would be opened in place of the stage",
    do.SendAgain: "an entry of the queue is chosen by sight, not by its id",
    do.CloseEntry: "an entry of the queue is chosen by sight, not by its id",
}
"""What nobody types here, and why."""


def way(command: Command, desk: "Desk") -> Iterator[Press]:
    """What is pressed for a command. Raises NoWay, at once or in the middle."""
    kind = type(command)
    if kind not in TYPED or kind not in desk.till.allowed():
        raise NoWay
    yield from at_ease(desk)
    yield from TYPED[kind](command, desk)
