"""The vocabulary: everything that a cashier can do.

A key press makes a command; the journal stores commands; a scenario step is one. There is no
second way into the till. Values are what the till works with: minor units, thousandths.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from cashier.faults import Connection as Connection  # said with SetConnection
from cashier.faults import Fault
from cashier.money import ONE, Amount, Hundredths, Points, Quantity
from cashier.receipt import Identifier, TenderKind

# --- who is the buyer


@dataclass(frozen=True)
class Identify:
    """Give a card, phone, e-mail or app code."""

    identifier: Identifier


@dataclass(frozen=True)
class EnterCode:
    """The confirmation code that the customer told."""

    code: str


@dataclass(frozen=True)
class ResendCode:
    """Ask for a new confirmation code."""


@dataclass(frozen=True)
class ChooseCard:
    """One of the customer's cards, or the free card to attach."""

    number: str


@dataclass(frozen=True)
class Register:
    """The registration form, filled in."""

    phone: str = ""
    email: str = ""
    name: str = ""
    birthdate: date | None = None


@dataclass(frozen=True)
class ForgetBuyer:
    """Take the buyer off the receipt."""


@dataclass(frozen=True)
class UpgradeLevel:
    """Ask for the next level of the card; with ``confirm``, take it."""

    confirm: bool = False


@dataclass(frozen=True)
class Dismiss:
    """Close the question that is open, without an answer."""


# --- goods


@dataclass(frozen=True)
class Scan:
    """Whatever the scanner read: goods, a card, a coupon, a slip to return."""

    code: str
    quantity: Quantity | None = None
    """None: one, or the weight inside the code."""


@dataclass(frozen=True)
class AddGoods:
    """Goods chosen from the search."""

    sku: str
    quantity: Quantity = ONE


@dataclass(frozen=True)
class RepeatLine:
    """The last line once more."""


@dataclass(frozen=True)
class SetQuantity:
    line: int
    quantity: Quantity


@dataclass(frozen=True)
class VoidLine:
    line: int


@dataclass(frozen=True)
class CancelReceipt:
    """Drop the whole receipt."""


@dataclass(frozen=True)
class ConfirmAge:
    """Answer to goods for which the buyer must be old enough."""

    old_enough: bool


@dataclass(frozen=True)
class CheckPrice:
    """What does this cost? Nothing is sold."""

    code: str


@dataclass(frozen=True)
class SellChecked:
    """The goods whose price was asked go on the receipt."""


@dataclass(frozen=True)
class SellCertificate:
    """The number of the gift certificate that is being sold."""

    number: str


@dataclass(frozen=True)
class CheckCertificate:
    """How much is left on a gift certificate?"""

    number: str


@dataclass(frozen=True)
class GiveDiscount:
    """A discount by hand: on one line, or (line 0) on all of them; one of the two is given."""

    line: int = 0
    percent: Hundredths | None = None
    """Hundredths of a per cent; 0 takes the discount away."""
    amount: Amount | None = None


@dataclass(frozen=True)
class SuspendReceipt:
    """Put the receipt aside; the next customer is served."""


@dataclass(frozen=True)
class RecallReceipt:
    """Go on with a receipt that was put aside; empty: the only one, or ask which."""

    receipt_id: str = ""


# --- coupons and the calculation


@dataclass(frozen=True)
class ApplyCoupon:
    """A coupon or promo code, scanned or typed."""

    code: str


@dataclass(frozen=True)
class RemoveCoupon:
    code: str


@dataclass(frozen=True)
class Calculate:
    """Ask the system for new prices."""


@dataclass(frozen=True)
class BackToGoods:
    """Leave the calculated receipt and sell on; money taken is given back first."""


# --- points and money


@dataclass(frozen=True)
class PayPoints:
    """Spend points; None spends all that this receipt may be paid with."""

    points: Points | None = None


@dataclass(frozen=True)
class UndoPoints:
    """Take the points off the receipt before it is paid."""


@dataclass(frozen=True)
class TakeTender:
    """Take money; None takes what is still due. The receipt finishes when all is paid."""

    kind: TenderKind
    amount: Amount | None = None
    reference: str = ""
    """The number of a gift certificate."""


@dataclass(frozen=True)
class AuthoriseCard:
    """The bank said yes on the phone, and told this code."""

    code: str


@dataclass(frozen=True)
class UndoTenders:
    """Give back the money taken so far."""


@dataclass(frozen=True)
class Finish:
    """Save a receipt on which nothing is left to pay (all paid with points, or trying again)."""


@dataclass(frozen=True)
class Reprint:
    """Print a slip again; empty: the last one."""

    number: str = ""


# --- return


@dataclass(frozen=True)
class FindSale:
    """Start a return: by receipt number, or by card and day."""

    number: str = ""
    card: str = ""
    day: date | None = None


@dataclass(frozen=True)
class ChooseSale:
    """One of the sales found."""

    receipt_id: str


@dataclass(frozen=True)
class ReturnLine:
    """How much of a line of the sale comes back; zero takes it off the return."""

    line: int
    quantity: Quantity


@dataclass(frozen=True)
class ReturnAll:
    """Everything that is left of the sale comes back."""


@dataclass(frozen=True)
class Refund:
    """Give the money back and save the return; None: the way it was paid."""

    kind: TenderKind | None = None


@dataclass(frozen=True)
class ReturnGoods:
    """Start a return without a receipt."""


# --- the shift and the drawer


@dataclass(frozen=True)
class OpenShift:
    """Begin the working day, with so much money in the drawer."""

    money: Amount = 0
    cashier: str = ""
    """Who works; empty: as the shop card says."""


@dataclass(frozen=True)
class CashIn:
    amount: Amount
    why: str = ""


@dataclass(frozen=True)
class CashOut:
    amount: Amount
    why: str = ""


@dataclass(frozen=True)
class CountDrawer:
    """So much was counted in the drawer."""

    amount: Amount


@dataclass(frozen=True)
class OpenDrawer:
    """Open the drawer without a sale."""

    why: str = ""


@dataclass(frozen=True)
class Report:
    """The X report: how the shift stands; changes nothing."""


@dataclass(frozen=True)
class CloseShift:
    """The Z report, and the end of the shift."""


# --- the supervisor


@dataclass(frozen=True)
class Allow:
    """A supervisor's PIN for what waits for it, and why."""

    pin: str
    why: str = ""


@dataclass(frozen=True)
class ConfirmLive:
    """Yes, write to the live loyalty system; asked once in every run."""


@dataclass(frozen=True)
class SwitchTraining:
    """Into training mode, or out of it."""

    on: bool


@dataclass(frozen=True)
class OpenOffice:
    """Look behind the counter: customers, points, promotions."""


# --- around


class CardAnswer(StrEnum):
    """What the simulated card terminal answers."""

    BY_AMOUNT = "by_amount"
    """Approved, but special amounts are not."""
    APPROVE = "approve"
    DECLINE = "decline"
    REFER = "refer"
    """Call the bank and ask for a code."""
    SLOW = "slow"
    """Approved, after a while."""
    SILENT = "silent"
    """No answer."""


@dataclass(frozen=True)
class SetCardTerminal:
    """The trainer chooses what the card terminal answers."""

    answer: CardAnswer
    times: int = 0
    """So often, then as before; 0: until something else is chosen."""


class PrinterTrouble(StrEnum):
    """What is the matter with the simulated printer."""

    NONE = "none"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    SWITCHED_OFF = "switched_off"


@dataclass(frozen=True)
class SetPrinter:
    """The trainer gives the simulated printer some trouble, or ends it."""

    trouble: PrinterTrouble


@dataclass(frozen=True)
class PrintWaiting:
    """Print the slips that wait for the printer."""


@dataclass(frozen=True)
class SetConnection:
    """Pull the plug, or put it back."""

    connection: Connection


@dataclass(frozen=True)
class SetFault:
    """From now on this goes wrong between the till and the loyalty system."""

    fault: Fault


@dataclass(frozen=True)
class ClearFaults:
    """Nothing goes wrong on purpose any more."""


@dataclass(frozen=True)
class Deliver:
    """Send what waits in the outbox now."""


@dataclass(frozen=True)
class SendAgain:
    """Send an entry of the outbox once more, one that was refused, too."""

    operation_id: str


@dataclass(frozen=True)
class CloseEntry:
    """Give an entry of the outbox up: it is kept with the reason, and not sent any more."""

    operation_id: str
    why: str


@dataclass(frozen=True)
class ResumeReceipt:
    """Answer to the receipt that the last run left open: keep it, or drop it."""

    keep: bool


Command: TypeAlias = (
    Identify | EnterCode | ResendCode | ChooseCard | Register | ForgetBuyer | UpgradeLevel
    | Dismiss | Scan | AddGoods | RepeatLine | SetQuantity | VoidLine | CancelReceipt
    | ConfirmAge | CheckPrice | SellChecked | SellCertificate | CheckCertificate | GiveDiscount
    | SuspendReceipt | RecallReceipt | ApplyCoupon | RemoveCoupon | Calculate | BackToGoods
    | PayPoints | UndoPoints | TakeTender | AuthoriseCard | UndoTenders | Finish | Reprint
    | FindSale | ChooseSale | ReturnLine | ReturnAll | Refund | ReturnGoods
    | OpenShift | CashIn | CashOut | CountDrawer | OpenDrawer | Report | CloseShift
    | Allow | ConfirmLive | SwitchTraining | OpenOffice | SetConnection | SetFault | ClearFaults
    | SetCardTerminal | SetPrinter | PrintWaiting | Deliver | SendAgain | CloseEntry
    | ResumeReceipt
)  # fmt: skip
