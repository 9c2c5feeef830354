"""What the till asks, as dialogs; a question about a code stands on the input line instead."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from cashier.commands import ChooseCard, ChooseSale, Command, Dismiss, ResumeReceipt
from cashier.i18n import _, ngettext
from cashier.receipt import Card, CardStatus, Kind
from cashier.snapshot import (
    AskCard,
    AskFreeCard,
    AskResume,
    AskSale,
    OfferRegistration,
    Question,
)
from screens.dialogs.base import Dialog
from screens.dialogs.choice import Choice, Option
from screens.dialogs.form import RegistrationForm
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


def _ask(desk: "Desk", dialog: Dialog[A | None], command: Callable[[A], Command]) -> None:
    def answered(answer: A | None) -> None:
        found: Command = Dismiss() if answer is None else command(answer)
        desk.later(lambda: desk.answer(found))

    desk.screen.app.push_screen(dialog, answered)


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
        desk.later(lambda: desk.do(ResumeReceipt(keep)))

    desk.screen.app.push_screen(dialog, answered)
