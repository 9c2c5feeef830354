"""The members of a chain, asked together: who is it, whose coupon, whose points."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from backends.chain.memory import Memory
from backends.chain.place import Member
from cashier import exchange as ex
from cashier.i18n import _
from cashier.receipt import Coupon, Identifier, IdentifierKind, Message, MessageTo, Receipt
from cashier.words import explain, points_text

A = TypeVar("A")
V = TypeVar("V")
_REMEMBERED = 1000


class Company:
    """In the order of their first links. What it learns of cards and coupons is remembered only so
    that nobody is asked twice: it can be asked for again."""

    def __init__(self, members: Sequence[Member], payer: str = "") -> None:
        """``payer``: whose points are spent; empty: of the first that knows the card."""
        self.members = tuple(members)
        self._payer = payer
        self._cards: dict[str, dict[str, str]] = {}
        """By card: by which of its own cards a member knows the same buyer (``Memory.cards``)."""
        self._coupons: dict[str, str] = {}

    def __getitem__(self, name: str) -> Member:
        return next(one for one in self.members if one.id == name)

    def able(self, ability: ex.Can) -> list[Member]:
        return [one for one in self.members if one.can(ability)]

    def first(self, ability: ex.Can) -> Member:
        """Raises Refused: none can."""
        able = self.able(ability)
        if not able:
            raise ex.Refused(ex.Reason.OTHER, _("no system of the chain can do that"))
        return able[0]

    async def open(self, opening: ex.Opening) -> None:
        """Raises Unavailable where none answered."""
        await asyncio.gather(*[one.open(opening) for one in self.members])
        troubles = [one.trouble for one in self.members]
        if all(troubles) and troubles[0] is not None:
            raise troubles[0]

    async def ready(self) -> None:
        """Those that were silent are asked again."""
        silent = [one for one in self.members if one.known is None]
        if silent:
            await asyncio.gather(*[one.ready() for one in silent], return_exceptions=True)

    # --- who is it

    async def identify(
        self, request: ex.IdentifyRequest
    ) -> ex.Found | ex.NotFound | ex.ConfirmationRequired:
        """The first in order that knows the buyer says who he is; the others are heard as well.

        Raises Unavailable where nobody knows him and somebody could not be asked: who is not found
        is offered to be registered.
        """
        if request.confirmation is not None:
            return await self._confirmed(request, request.confirmation)
        answers = await self.ask(self.members, lambda one: one.backend.identify(request))
        for one, answer in answers:
            if isinstance(answer, ex.ConfirmationRequired):
                return self._asking(one, answer)
            if isinstance(answer, ex.Found):
                return self._heard(one, answer, answers)
        refused = [answer for _one, answer in answers if isinstance(answer, ex.Refused)]
        if refused:
            raise refused[0]
        if all(isinstance(answer, ex.NotFound) for _one, answer in answers):
            return ex.NotFound()
        raise _silent(answers)

    async def _confirmed(
        self, request: ex.IdentifyRequest, told: ex.Confirmation
    ) -> ex.Found | ex.NotFound | ex.ConfirmationRequired:
        name, _colon, challenge = told.challenge.partition(":")
        member = self._member(name)
        own = ex.Confirmation(challenge=challenge, code=told.code)
        await member.ready()
        answer = await member.backend.identify(request.model_copy(update={"confirmation": own}))
        if isinstance(answer, ex.ConfirmationRequired):
            return self._asking(member, answer)
        if isinstance(answer, ex.Found):
            return await self._heard_later(member, answer, request.at)
        return answer

    async def _heard_later(self, member: Member, found: ex.Found, at: datetime) -> ex.Found:
        """A code proved who he is; the others are asked by his card."""
        if not found.cards:
            return found
        number = found.cards[0].number
        others = [one for one in self.members if one is not member]
        return self._heard(
            member, found, [(member, found), *await self._by_card(others, number, at)]
        )

    async def _by_card(
        self, members: Sequence[Member], number: str, at: datetime
    ) -> list[tuple[Member, object]]:
        who = Identifier(IdentifierKind.CARD, number)
        request = ex.IdentifyRequest(identifier=who, at=at)
        return [*await self.ask(members, lambda one: one.backend.identify(request))]

    def _member(self, name: str) -> Member:
        found = [one for one in self.members if one.id == name]
        if not found:
            raise ex.Refused(ex.Reason.EXPIRED, _("ask for a new code"))
        return found[0]

    @staticmethod
    def _asking(member: Member, answer: ex.ConfirmationRequired) -> ex.ConfirmationRequired:
        return answer.model_copy(update={"challenge": f"{member.id}:{answer.challenge}"})

    def _heard(
        self, member: Member, found: ex.Found, answers: Sequence[tuple[Member, object]]
    ) -> ex.Found:
        """With what the others say of the same buyer."""
        for card in found.cards:
            self._remember(self._cards, card.number, _cards_of(card.number, answers))
        text = _("{system}: {points} points")
        balances = tuple(
            Message(
                MessageTo.CASHIER,
                text.format(system=one.name, points=points_text(answer.cards[0].available)),
            )
            for one, answer in answers
            if one is not member and isinstance(answer, ex.Found) and _has_points(one, answer)
        )
        return found.model_copy(update={"messages": (*found.messages, *balances)})

    def forget_cards(self) -> None:
        """Somebody gets a card: who was a stranger may be known."""
        self._cards.clear()

    def _payer_of(self, cards: dict[str, str]) -> str:
        able = [one.id for one in self.members if cards.get(one.id) and self._may_pay(one)]
        if self._payer:
            return self._payer if self._payer in able else ""
        return able[0] if able else ""

    def _may_pay(self, member: Member) -> bool:
        """Points of another worth than those of the chain cannot be shown, so not spent."""
        worth = self.point_value
        return member.can(ex.Can.SPEND) and bool(member.known and member.known.point_value == worth)

    @property
    def point_value(self) -> int:
        paying = [one for one in self.able(ex.Can.SPEND) if self._payer in ("", one.id)]
        known = paying[0].known if paying else None
        return known.point_value if known else 100

    # --- what belongs to whom on a receipt

    async def remembered(self, receipt: Receipt, at: datetime) -> Memory:
        """Who pays with points, whose coupons are on it; asked at the same time where unknown."""
        before = Memory.of(receipt.context)
        questions = self._whose_card(receipt, at), self._whose_coupons(receipt, at)
        if self._knows(receipt):  # most often: no task is made for it
            cards, coupons = await questions[0], await questions[1]
        else:
            cards, coupons = await asyncio.gather(*questions)
        return replace(
            before,
            payer=self._payer_of(cards),
            cards=cards,
            coupons=coupons,
            holding=before.holding if receipt.hold else {},
        )

    def _knows(self, receipt: Receipt) -> bool:
        card = receipt.buyer.card if receipt.buyer else None
        return (card is None or card.number in self._cards) and all(
            one.code in self._coupons for one in receipt.coupons
        )

    async def _whose_card(self, receipt: Receipt, at: datetime) -> dict[str, str]:
        card = receipt.buyer.card if receipt.buyer else None
        if card is None:
            return {}
        if card.number not in self._cards:
            answers = await self._by_card(self.members, card.number, at)
            cards = _cards_of(card.number, answers)
            if len(cards) < len(self.members):
                return cards  # who was silent is asked again
            self._remember(self._cards, card.number, cards)
        return self._cards[card.number]

    async def _whose_coupons(self, receipt: Receipt, at: datetime) -> dict[str, str]:
        codes = [one.code for one in receipt.coupons]
        unknown = [code for code in codes if code not in self._coupons]
        if unknown:
            await asyncio.gather(*[self._whose(code, receipt, at) for code in unknown])
        return {code: self._coupons[code] for code in codes if code in self._coupons}

    async def _whose(self, code: str, receipt: Receipt, at: datetime) -> None:
        others = tuple(one for one in receipt.coupons if one.code != code)
        request = ex.CheckCouponRequest(receipt=replace(receipt, coupons=others), code=code, at=at)
        try:
            await self.check_coupon(request)
        except (ex.Refused, ex.Unavailable):
            return

    async def check_coupon(self, request: ex.CheckCouponRequest) -> Coupon:
        """Of the first member that takes it. Raises Refused with the most telling no."""
        await self.ready()
        able = self.able(ex.Can.COUPONS)
        answers = await self.ask(able, lambda one: one.backend.check_coupon(request))
        for member, answer in answers:
            if isinstance(answer, Coupon):
                self._remember(self._coupons, request.code, member.id)
                self._remember(self._coupons, answer.code, member.id)
                return answer
        refused = [answer for _one, answer in answers if isinstance(answer, ex.Refused)]
        refused.sort(key=lambda no: no.reason is ex.Reason.NOT_FOUND)
        if not refused or any(isinstance(answer, ex.Unavailable) for _one, answer in answers):
            told = [no for no in refused if no.reason is not ex.Reason.NOT_FOUND]
            raise told[0] if told else _silent(answers)
        raise refused[0]

    @staticmethod
    def _remember(what: dict[str, V], key: str, value: V) -> None:
        if len(what) >= _REMEMBERED:
            what.clear()
        what[key] = value

    async def ask(
        self, members: Iterable[Member], question: Callable[[Member], Awaitable[A]]
    ) -> list[tuple[Member, A | ex.Refused | ex.Unavailable | ex.OutcomeUnknown]]:
        """At the same time; what came of each, in order."""
        asked = list(members)

        async def one(
            member: Member,
        ) -> A | ex.Refused | ex.Unavailable | ex.OutcomeUnknown:
            try:
                await member.ready()
                return await question(member)
            except (ex.Refused, ex.Unavailable, ex.OutcomeUnknown) as error:
                return error

        if len(asked) == 1:  # most often: no task is made for it
            return [(asked[0], await one(asked[0]))]
        answers = await asyncio.gather(*[one(member) for member in asked])
        return list(zip(asked, answers, strict=True))


def _silent(answers: Sequence[tuple[Member, object]]) -> ex.Unavailable:
    for member, answer in answers:
        if isinstance(answer, ex.Unavailable | ex.OutcomeUnknown):
            text = _("{system}: {why}").format(system=member.name, why=explain(answer))
            return ex.Unavailable(text, cause=answer.cause, raw=answer.raw, ours=True)
    return ex.Unavailable(_("no system of the chain can do that"), ours=True)


def _has_points(member: Member, found: ex.Found) -> bool:
    return bool(found.cards) and member.can(ex.Can.SPEND)


def _cards_of(number: str, answers: Sequence[tuple[Member, object]]) -> dict[str, str]:
    """By which card each knows the owner of this one; empty: not at all, or not without a code,
    which nobody asks for a second time. Who was silent is missing."""
    cards: dict[str, str] = {}
    for member, answer in answers:
        if isinstance(answer, ex.NotFound | ex.Refused | ex.ConfirmationRequired):
            cards[member.id] = ""
        elif isinstance(answer, ex.Found):
            own = [card.number for card in answer.cards]
            cards[member.id] = number if number in own else (own[0] if own else "")
    return cards
