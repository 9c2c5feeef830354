"""What the till asks, as dialogs; a question about a code stands on the input line instead."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from cashier.commands import (
    ChooseCard,
    ChooseSale,
    CloseShift,
    Command,
    ConfirmAge,
    ConfirmLive,
    Dismiss,
    RecallReceipt,
    ResumeReceipt,
    UpgradeLevel,
)
from cashier.i18n import _, ngettext
from cashier.receipt import Card, CardStatus, Kind
from cashier.snapshot import (
    AskAge,
    AskCard,
    AskFreeCard,
    AskHeld,
    AskLevel,
    AskLive,
    AskResume,
    AskSale,
    AskShift,
    AskSupervisor,
    OfferRegistration,
    Question,
)
from screens.dialogs.base import Dialog
from screens.dialogs.choice import Choice, Option
from screens.dialogs.form import RegistrationForm
from screens.dialogs.pin import PinDialog
from screens.showing import who
from screens.text import clean

if TYPE_CHECKING:
    from screens.desk import Desk

A = TypeVar("A")


def ask_question(desk: "Desk", question: Question) -> None:
    """Open the dialog that answers ``question``."""
    match question:
        case AskCard():
            _ask(desk, _card(desk, question), ChooseCard)
        case AskFreeCard():
            options = [Option(number, number) for number in question.cards]
            name = question.customer.name or question.identifier.value
            title = _("A card for {name}").format(name=clean(name))
            _ask(desk, Choice(title, options), ChooseCard)
        case OfferRegistration():
            place = desk.till.workplace
            form = RegistrationForm(
                question.identifier,
                question.form,
                region=place.shop.codes.phone_region,
                today=place.clock.now().date(),
            )
            _ask(desk, form, lambda answer: answer)
        case AskSale():
            _ask(desk, _sale(desk, question), ChooseSale)
        case AskResume():
            _resume(desk, question)
        case AskHeld():
            _ask(desk, _held(desk, question), RecallReceipt)
        case AskShift():
            _ask(desk, _shift(question), lambda _yes: CloseShift())
        case AskAge():
            _ask(desk, _age(question), ConfirmAge)
        case AskLevel():
            _ask(
                desk, _level(question), lambda yes: UpgradeLevel(confirm=True) if yes else Dismiss()
            )
        case AskLive():
            _ask(desk, _live(desk), lambda yes: ConfirmLive() if yes else Dismiss())
        case AskSupervisor():
            _ask(desk, PinDialog(question), lambda answer: answer)


def _ask(desk: "Desk", dialog: Dialog[A | None], command: Callable[[A], Command]) -> None:
    def answered(answer: A | None) -> None:
        found: Command = Dismiss() if answer is None else command(answer)
        desk.at_once(lambda: desk.answer(found))

    desk.screen.app.push_screen(dialog, answered)


def _held(desk: "Desk", question: AskHeld) -> Choice[str]:
    options = []
    for receipt in question.receipts:
        first = receipt.lines[0].name if receipt.lines else ""
        if not first and receipt.buyer is not None:
            first = who(receipt.buyer)
        text = f"{receipt.opened_at:%H:%M}  {first}"
        options.append(Option(text, receipt.receipt_id, desk.amounts.money(receipt.total)))
    return Choice(_("Which receipt?"), options)


def _shift(question: AskShift) -> Choice[bool]:
    shift = question.shift
    note = _("Shift {number} was opened on {day} and is still open.")
    return Choice(
        _("The shift of an earlier day is open"),
        (Option(_("Close it now (Z report)"), True),),  # noqa: FBT003
        note=note.format(number=shift.number, day=f"{shift.opened_at:%d.%m %H:%M}"),
    )


def _age(question: AskAge) -> Choice[bool]:
    return Choice(
        _("Is the buyer {age} or older?").format(age=question.age),
        (Option(_("Yes: sell it"), True), Option(_("No: do not sell"), False)),  # noqa: FBT003
        note=clean(question.name),
    )


def _live(desk: "Desk") -> Choice[bool]:
    place = desk.till.workplace
    name = place.shop.loyalty.name or (place.system.name if place.system else "")
    note = _(
        "This writes to the loyalty system {name}: real customers, real points. "
        "Asked once, until the till is closed."
    )
    return Choice(
        _("This shop is LIVE"),
        (Option(_("Go back"), False), Option(_("Write to the live system"), True)),  # noqa: FBT003
        note=note.format(name=clean(name)),
    )


def _level_answer(yes: bool) -> Command:
    return UpgradeLevel(confirm=True) if yes else Dismiss()


def _level(question: AskLevel) -> Choice[bool]:
    return Choice(
        _("The card can go to level {level}").format(level=clean(question.level)),
        (Option(_("Take the next level"), True), Option(_("Not now"), False)),  # noqa: FBT003
        note="" if question.level in question.text else clean(question.text),
    )


def _card(desk: "Desk", question: AskCard) -> Choice[str]:
    options = [
        Option(f"{card.number}  {card.level}", card.number, _card_detail(desk, card))
        for card in question.cards
    ]
    name = question.customer.name or question.identifier.value
    return Choice(_("Which card of {name}?").format(name=clean(name)), options)


def _card_detail(desk: "Desk", card: Card) -> str:
    if card.status is CardStatus.BLOCKED:
        return _("blocked")
    if card.status is CardStatus.INACTIVE:
        return _("not active")
    return _("{points} points").format(points=desk.amounts.points(card.available))


def _sale(desk: "Desk", question: AskSale) -> Choice[str]:
    options = []
    for sale in question.sales:
        receipt = sale.receipt
        at = receipt.closed_at or receipt.opened_at
        text = f"{at:%d.%m.%Y %H:%M}  {receipt.number}"
        options.append(Option(text, receipt.receipt_id, desk.amounts.money(receipt.total)))
    return Choice(_("Which sale?"), options)


def _resume(desk: "Desk", question: AskResume) -> None:
    receipt = question.receipt
    count = len(receipt.lines)
    lines = ngettext("{n} line", "{n} lines", count).format(n=count)
    note = _("It was opened at {time}: {lines}, {total}.").format(
        time=f"{receipt.opened_at:%d.%m %H:%M}",
        lines=lines,
        total=desk.amounts.money(receipt.total),
    )
    what = _("return") if receipt.kind is Kind.RETURN else _("receipt")
    dialog = Choice(
        _("The last run left a {what} open").format(what=what),
        (
            Option(_("Go on with it"), True),  # noqa: FBT003
            Option(_("Drop it"), False),  # noqa: FBT003
        ),
        note=note,
    )

    def answered(answer: bool | None) -> None:
        keep = answer is not False
        desk.at_once(lambda: desk.do(ResumeReceipt(keep)))

    desk.screen.app.push_screen(dialog, answered)
