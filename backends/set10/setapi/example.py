"""An example plugin: a percentage off for whoever shows a card, points to earn and to spend.

It does what the published plugin of a chain does: a card is found even without a connection (then
with a balance of zero and a message), points pay at most 99 % of a line and never its last kopeck,
points are written off at once, and are accrued after fiscal printing, or later by feedback.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from backends.set10.setapi import contract as api
from backends.set10.setapi.options import ExampleSettings
from backends.set10.setapi.processing import Processing
from cashier.exchange import OutcomeUnknown, Refused, Unavailable
from cashier.i18n import _, comma
from cashier.money import Amount, Points, percent, show, spread
from cashier.receipt import Message, MessageTo
from cashier.words import explain, points_text

DISCOUNT = "example-discount"
POINTS = "example-points"


@dataclass(frozen=True)
class Move:
    """Points to be moved, under an id that stays."""

    transaction: Annotated[str, Field(min_length=1)]
    card: str
    points: int


_MOVES = TypeAdapter(tuple[Move, ...])
"""The payload of a feedback. Newer versions must read it: fields are only ever added."""


class ExamplePlugin:
    """Loyalty plugin and card plugin in one."""

    def __init__(self, settings: ExampleSettings, processing: Processing) -> None:
        self._settings, self._processing = settings, processing

    @property
    def hears_cancel(self) -> bool:
        return self._settings.hears_cancel

    # --- the calculation

    async def on_discount_calculation_started(
        self,
        receipt: api.PluginReceipt,  # noqa: ARG002 (nothing of it is needed yet)
    ) -> api.Attributes:
        return api.Attributes()

    async def do_discount(self, receipt: api.PluginReceipt) -> api.LoyaltyResult | None:
        if not receipt.cards:
            return None
        card = receipt.cards[0]
        off = {line.number: self._off(line) for line in receipt.lines}
        left = [replace(one, discount=one.discount + off[one.number]) for one in receipt.lines]
        ceiling = self._ceiling(card, left)
        return api.LoyaltyResult(
            discounts=(
                *self._discounts(receipt.lines, off, card),
                *self._bonuses(receipt.written_off, ceiling),
            ),
            ceilings=(ceiling,),
            accruals=(api.Accrual(card, self._earned(left, receipt.written_off)),),
        )

    def _off(self, line: api.PluginLine) -> Amount:
        if self._excludes(line):
            return 0
        return max(0, min(percent(line.cost, self._settings.discount * 100), line.bears))

    def _discounts(
        self, lines: Sequence[api.PluginLine], off: dict[int, Amount], card: str
    ) -> list[api.Discount]:
        name, why = _("Set API plugin, {percent}"), _("{percent} of {base}")
        share = f"{self._settings.discount} %"
        return [
            api.Discount(
                value=off[line.number],
                id=DISCOUNT,
                name=name.format(percent=share),
                line_number=line.number,
                card_number=card,
                why=why.format(percent=share, base=show(line.cost, comma=comma())),
            )
            for line in lines
            if off[line.number]
        ]

    @staticmethod
    def _bonuses(
        written: Sequence[api.WrittenOff], ceiling: api.WriteOffCeiling
    ) -> list[api.Discount]:
        """What points become; of more than the ceiling only so many."""
        caps = list(ceiling.lines.values())
        points = min(sum(one.points for one in written), sum(caps))
        parts = spread(points, caps, caps)
        return [
            api.Discount(
                value=part,
                id=POINTS,
                name=_("Points"),
                line_number=number,
                card_number=ceiling.card_number,
                type=api.DiscountType.BONUSES,
                do_not_redistribute=True,
            )
            for number, part in zip(ceiling.lines, parts, strict=True)
            if part
        ]

    def _ceiling(self, card: str, lines: Sequence[api.PluginLine]) -> api.WriteOffCeiling:
        caps = {line.number: self._cap(line) for line in lines}
        text = _("points pay at most {percent} of a line").format(
            percent=f"{self._settings.points} %"
        )
        return api.WriteOffCeiling(card, sum(caps.values()), caps, text)

    def _cap(self, line: api.PluginLine) -> Amount:
        if self._excludes(line):
            return 0
        most = percent(line.cost, self._settings.points * 100)
        return max(0, min(most, line.cost - 1, line.bears))

    def _excludes(self, line: api.PluginLine) -> bool:
        return line.group in self._settings.excluded_groups

    def _earned(self, lines: Sequence[api.PluginLine], written: Sequence[api.WrittenOff]) -> Points:
        paid = sum(line.cost for line in lines if not self._excludes(line))
        paid -= sum(one.points for one in written)
        return percent(max(0, paid), self._settings.earn * 100)

    async def on_discount_calculation_finished(
        self,
        receipt: api.PluginReceipt,
        result: api.LoyaltyResult | None,  # noqa: ARG002 (the final prices say it all)
    ) -> tuple[api.WriteOffCeiling, ...]:
        return tuple(self._ceiling(card, receipt.lines) for card in receipt.cards[:1])

    async def cancel_discount(self, receipt: api.PluginReceipt) -> api.Told:  # noqa: ARG002
        """It keeps nothing for prices."""
        return api.Told()

    # --- the end of the sale

    async def event_before_receipt_fiscalized(
        self,
        receipt: api.PluginReceipt,  # noqa: ARG002 (points are written off by the card plugin)
        result: api.LoyaltyResult | None,  # noqa: ARG002
    ) -> api.Told:
        return api.Told()

    async def on_receipt_fiscalized(
        self, receipt: api.PluginReceipt, result: api.LoyaltyResult | None
    ) -> api.Told:
        moves = self._moves(receipt, result)
        done, left, counted = await self._move(moves)
        accruals = tuple(
            api.Accrual(one.card, one.points, None if one in left else done.get(one.transaction))
            for one in moves
        )
        if not left:
            return api.Told(accruals)
        words = _("{points} points for card {card}").format(
            points=points_text(sum(one.points for one in left)), card=left[0].card
        )
        payload = _MOVES.dump_json(tuple(left)).decode()
        return api.Told(accruals, (api.Feedback(payload, words, int(counted)),))

    def _moves(
        self, receipt: api.PluginReceipt, result: api.LoyaltyResult | None
    ) -> tuple[Move, ...]:
        name, refund = receipt.receipt_id, receipt.refund
        if refund is not None:
            given = Move(f"{name}:given-back", refund.card_number, refund.spent)
            taken = Move(f"{name}:taken-back", refund.card_number, -refund.accrued)
            return tuple(one for one in (given, taken) if one.points and one.card)
        if not receipt.cards:
            return ()
        card = receipt.cards[0]
        if result is not None and result.accruals:
            points = sum(one.points for one in result.accruals)
        else:
            points = self._earned(receipt.lines, receipt.written_off)
        return (Move(f"{name}:accrue", card, points),) if points > 0 else ()

    async def _move(
        self, moves: Sequence[Move]
    ) -> tuple[dict[str, Points | None], list[Move], bool]:
        """Balances by transaction, what is left, and whether somebody said no."""
        done: dict[str, Points | None] = {}
        left: list[Move] = []
        refused = False
        for one in moves:
            try:
                answer = await self._processing.accrue(one.transaction, one.card, one.points)
            except Refused:
                refused = True
                left.append(one)
            except (Unavailable, OutcomeUnknown):
                left.append(one)
            else:
                refused = refused or answer.status is api.WriteOffStatus.ERROR
                if answer.status is api.WriteOffStatus.OK:
                    done[one.transaction] = answer.balance
                else:
                    left.append(one)
        return done, left, refused

    async def on_send_feedback(self, feedbacks: tuple[api.Feedback, ...]) -> api.SentFeedback:
        again: list[api.Feedback] = []
        messages: list[Message] = []
        for one in feedbacks:
            try:
                moves = _MOVES.validate_json(one.payload)
            except ValidationError:
                messages.append(_given_up(one, _("nobody can read it")))
                continue
            _done, left, refused = await self._move(moves)
            tried = replace(one, attempts=one.attempts + int(refused))
            if left and tried.attempts >= self._settings.attempts:
                messages.append(_given_up(one, _("refused too often")))
            elif left:
                again.append(tried)
        return api.SentFeedback(tuple(again), tuple(messages))

    # --- cards

    async def search_card(self, query: api.CardQuery) -> api.SearchResult:
        prefixes = self._settings.prefixes
        if query.number and prefixes and not query.number.startswith(prefixes):
            return api.SearchResult(api.SearchStatus.UNKNOWN_CARD)
        try:
            return await self._processing.get_card(query)
        except Unavailable as error:
            if not query.number:
                return api.SearchResult(api.SearchStatus.OFFLINE, message=explain(error))
            text = _("No connection to the plugin's cards: points cannot be spent now.")
            return api.SearchResult(api.SearchStatus.OK, (api.PluginCard(query.number, 0),), text)

    async def write_off(self, request: api.WriteOffRequest) -> api.WriteOffResult:
        try:
            return await self._processing.write_off(
                request.transaction_id, request.card_number, request.points
            )
        except Unavailable as error:
            return api.WriteOffResult(api.WriteOffStatus.TRY_AGAIN, message=explain(error))

    async def rollback(self, transaction_id: str) -> api.RollbackResult:
        try:
            return await self._processing.rollback(transaction_id)
        except Unavailable as error:
            return api.RollbackResult(api.WriteOffStatus.TRY_AGAIN, explain(error))


def _given_up(one: api.Feedback, why: str) -> Message:
    text = _("Given up: {what}, {why}.")
    return Message(MessageTo.CASHIER, text.format(what=one.text or one.id, why=why))
