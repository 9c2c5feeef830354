"""What the input line asks for now, and what stands where there are no lines."""

from typing import TYPE_CHECKING

from cashier.i18n import _
from cashier.snapshot import (
    AskAuthorisation,
    AskCertificate,
    AskCode,
    PriceChecked,
    Snapshot,
    State,
)
from screens import prompts
from screens.text import clean

if TYPE_CHECKING:
    from screens.desk import Desk


def wanted(desk: "Desk") -> prompts.Prompt:
    """What the input line asks for now."""
    now = desk.now
    if isinstance(now.question, AskCode):
        key = desk.key_name("new_code")
        return prompts.code(_left(desk, now.question), now.question.attempts, key)
    if isinstance(now.question, PriceChecked):
        return prompts.checked_price(now)
    if isinstance(now.question, AskCertificate):
        return prompts.new_certificate()
    if isinstance(now.question, AskAuthorisation):
        return prompts.bank_code(desk.amounts.money(now.question.amount))
    if desk.prompt is not None:
        return desk.prompt
    if now.state is State.PAYING:
        return prompts.paid(desk.key_name("undo_money")) if nothing_due(now) else cash(desk)
    if now.state is State.RETURNING:
        return prompts.returning(desk.coming_back)
    selected = desk.screen.receipt.number
    return prompts.goods(selected, _hint(now, selected, desk.key_name("card")))


def cash(desk: "Desk") -> prompts.Prompt:
    receipt = desk.now.receipt
    currency = desk.till.workplace.shop.money
    due = desk.amounts.money(receipt.due if receipt else 0)
    return prompts.cash(currency, due, desk.key_name("card"))


def _left(desk: "Desk", question: AskCode) -> str:
    seconds = int((question.deadline - desk.till.workplace.clock.now()).total_seconds())
    return f"{seconds // 60}:{seconds % 60:02d}" if seconds > 0 else ""


def nothing_due(now: Snapshot) -> bool:
    return now.receipt is not None and bool(now.receipt.lines) and not now.receipt.due


def _hint(now: Snapshot, selected: int | None, card_key: str) -> str:
    """What Enter does on an empty line."""
    if selected is not None:
        return _("Enter: why this price    *3: quantity")
    if now.state is State.SELLING:
        return _("Enter: total    ↑ choose a line") if now.receipt and now.receipt.lines else ""
    if now.state is State.CALCULATED:
        pay = _("Enter: cash    {key}: bank card").format(key=card_key)
        return _("Enter: finish") if nothing_due(now) else pay
    if now.state is State.CLOSED:
        return _("Enter: open the shift")
    return _("Enter: next customer") if now.state is State.FINISHED else ""


def greeting(now: Snapshot) -> tuple[str, ...]:
    """What stands where the lines will be; the first row is the important one."""
    if isinstance(now.question, AskCode):
        return (
            _("A code was sent to {address}").format(address=now.question.masked),
            "",
            _("Ask the customer for it and type it below"),
        )
    if isinstance(now.question, AskCertificate):
        return (_("Scan the gift certificate that is sold"), "", clean(now.question.name))
    if now.state is State.SELLING:
        return (_("Scan the goods"),)
    if now.state is State.RETURNING:
        return (_("Return without a receipt"), "", _("Scan what comes back"))
    if now.state is State.CLOSED:
        return (_("The shift is closed"), "", _("Press Enter to open it"))
    return (
        _("Ready for the next customer"),
        "",
        _("Scan goods or type a code: 3*code sells three"),
        _("Type letters to look for goods by name"),
        _("Scan a card, or type a phone or e-mail"),
    )
