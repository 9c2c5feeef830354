"""The chain behind the exchange."""

from collections.abc import Sequence
from dataclasses import replace

from backends.chain import feedback, pricing, telling
from backends.chain.company import Company
from backends.chain.feedback import Cancel, Release, Untold
from backends.chain.looking import View
from backends.chain.memory import Memory
from backends.chain.place import Member, Place
from backends.chain.views import Views
from cashier import exchange as ex
from cashier.i18n import _
from cashier.links import Chain
from cashier.receipt import Coupon, Feedback, Settled
from cashier.words import explain


class ChainBackend:
    """Loyalty systems in an order. What it knows of a receipt is in the receipt's context."""

    def __init__(
        self,
        name: str,
        places: Sequence[Place],
        *,
        payer: str = "",
        feedback_seconds: int = 120,
        feedback_batch: int = 5,
    ) -> None:
        """``payer``: id of the member whose points are spent; empty: of the first that knows the
        card. The feedback settings are those that SetRetail10 ships."""
        self._name, self._places = name, tuple(places)
        members = {one.member.id: one.member for one in places if one.member.is_there}
        self._company = Company(list(members.values()), payer)
        self._views = Views(self._places)
        self._every, self._batch = feedback_seconds, feedback_batch

    @property
    def members(self) -> tuple[Member, ...]:
        return self._company.members

    def chain(self) -> Chain | None:
        return View(self._company, self._places, self._views)

    async def open(self, opening: ex.Opening) -> ex.System:
        await self._company.open(opening)
        known = [one.known for one in self.members if one.known is not None]
        can = ex.Can.FEEDBACK
        for one in known:
            can |= one.can & ~ex.Can.CERTIFICATES
        registering = self._company.able(ex.Can.REGISTER)
        first = registering[0].known if registering else None
        return ex.System(
            name=self._name,
            can=can,
            registration=first.registration if first else ex.Registration(),
            point_value=self._company.point_value,
            currency=next((one.currency for one in known if one.currency), ""),
            emulated=all(one.emulated for one in known),
            feedback_seconds=self._every,
            feedback_batch=self._batch,
        )

    async def close(self) -> None:
        for one in self.members:
            await one.backend.close()

    # --- who is the buyer

    async def identify(
        self, request: ex.IdentifyRequest
    ) -> ex.Found | ex.NotFound | ex.ConfirmationRequired:
        return await self._company.identify(request)

    async def register(
        self, request: ex.RegisterRequest
    ) -> ex.Registered | ex.ConfirmationRequired:
        self._company.forget_cards()
        return await self._company.first(ex.Can.REGISTER).backend.register(request)

    async def attach_card(self, request: ex.AttachCardRequest) -> ex.Found:
        self._company.forget_cards()
        return await self._company.first(ex.Can.ATTACH_CARD).backend.attach_card(request)

    async def upgrade_level(self, request: ex.UpgradeRequest) -> ex.Upgrade:
        return await self._company.first(ex.Can.UPGRADE_LEVEL).backend.upgrade_level(request)

    # --- the receipt

    async def check_coupon(self, request: ex.CheckCouponRequest) -> Coupon:
        return await self._company.check_coupon(request)

    async def calculate(self, request: ex.CalculateRequest) -> ex.Calculation:
        return await pricing.calculate(self._company, self._places, self._views, request)

    async def points(self, request: ex.PointsRequest) -> ex.PointsOffer:
        memory = await self._company.remembered(request.receipt, request.at)
        if not memory.payer:
            raise ex.Refused(ex.Reason.NOT_FOUND, _("no system of the chain spends for this card"))
        member = self._company[memory.payer]
        backend = await member.ready()
        seen = self._views.of(member, request.receipt, memory)
        with feedback.named(member):
            return await backend.points(ex.PointsRequest(receipt=seen, at=request.at))

    async def reserve(self, request: ex.ReserveRequest) -> ex.Reserved | ex.ConfirmationRequired:
        """By whose points and coupons they are."""
        memory = await self._company.remembered(request.receipt, request.at)
        for member in self._keeping(request, memory):
            answer = await self._reserve(member, request, memory)
            if isinstance(answer, ex.ConfirmationRequired):
                return answer
            operation = _own(request.operation_id, member)
            memory = replace(
                memory,
                holding=memory.holding | {member.id: operation},
                contexts=memory.contexts | {member.id: answer.context},
            )
        return ex.Reserved(context=memory.words())

    def _keeping(self, request: ex.ReserveRequest, memory: Memory) -> list[Member]:
        wanted = {memory.payer} if request.spend else set()
        owners = set(memory.coupons.values()) if request.receipt.coupons else set()
        return [
            one
            for one in self.members
            if (one.id in wanted and (one.can(ex.Can.RESERVE) or one.can(ex.Can.HOLD)))
            or (one.id in owners and one.can(ex.Can.HOLD))
        ]

    async def _reserve(
        self, member: Member, request: ex.ReserveRequest, memory: Memory
    ) -> ex.Reserved | ex.ConfirmationRequired:
        backend = await member.ready()
        own = {
            "operation_id": _own(request.operation_id, member),
            "receipt": self._views.of(member, request.receipt, memory),
            "spend": request.spend if member.id == memory.payer else 0,
        }
        with feedback.named(member):
            return await backend.reserve(request.model_copy(update=own))

    async def release(self, request: ex.ReleaseRequest) -> None:
        """By all that keep something. Who cannot be told leaves a feedback on what is raised."""
        memory = Memory.of(request.receipt.context)
        operations = memory.holding or self._perhaps_holding(request)
        holding = [one for one in self.members if one.id in operations]
        own = {
            one.id: request.model_copy(
                update={
                    "operation_id": operations[one.id],
                    "receipt": self._views.of(one, request.receipt, memory),
                }
            )
            for one in holding
        }
        failed = await telling.to_all(
            holding, self._company, lambda one: one.backend.release(own[one.id])
        )
        said = {name: Release(request=one) for name, one in own.items()}
        _raise_later(failed, [Untold(member=one.id, said=said[one.id]) for one, _why in failed])

    def _perhaps_holding(self, request: ex.ReleaseRequest) -> dict[str, str]:
        """Silence came when it was to be kept: whoever can keep something may do so."""
        able = [one for one in self.members if one.can(ex.Can.HOLD) or one.can(ex.Can.RESERVE)]
        return {one.id: _own(request.operation_id, one) for one in able}

    async def save_sale(self, request: ex.SaveSaleRequest) -> Settled:
        told = self._active(request)
        return await telling.save(self._company, told, self._views, request)

    def _active(self, request: ex.SaveSaleRequest) -> list[Member]:
        places = [one for one in self._places if not one.idle(request.receipt, request.at)]
        return list({place.member.id: place.member for place in places}.values())

    async def cancel_sale(self, request: ex.CancelSaleRequest) -> None:
        memory = Memory.of(request.receipt.context)
        able = self._company.able(ex.Can.CANCEL_SALE)
        own = {one.id: self._cancel(one, request, memory) for one in able}
        failed = await telling.to_all(
            able, self._company, lambda one: one.backend.cancel_sale(own[one.id])
        )
        said = {name: Cancel(request=one) for name, one in own.items()}
        _raise_later(failed, [Untold(member=one.id, said=said[one.id]) for one, _why in failed])

    def _cancel(
        self, member: Member, request: ex.CancelSaleRequest, memory: Memory
    ) -> ex.CancelSaleRequest:
        own = {
            "operation_id": _own(request.operation_id, member),
            "receipt": self._views.of(member, request.receipt, memory),
        }
        return request.model_copy(update=own)

    async def send_feedback(self, request: ex.FeedbackRequest) -> ex.FeedbackLeft:
        return await feedback.send(self._company, request)

    async def certificate(self, request: ex.CertificateRequest) -> ex.Certificate:
        """The till keeps gift certificates itself: never called."""
        raise ex.Refused(ex.Reason.NOT_FOUND, request.number)

    # --- returns

    async def find_sale(self, request: ex.FindSaleRequest) -> tuple[ex.FoundSale, ...]:
        """Of all that can look; of the same sale what the first of them says."""
        able = self._company.able(ex.Can.FIND_SALE)
        answers = await self._company.ask(able, lambda one: one.backend.find_sale(request))
        found: dict[str, ex.FoundSale] = {}
        for _member, answer in answers:
            if isinstance(answer, tuple):
                for sale in answer:
                    found.setdefault(sale.receipt.receipt_id, sale)
        troubles = [answer for _member, answer in answers if isinstance(answer, ex.Unavailable)]
        if not found and troubles:
            raise troubles[0]
        return tuple(found.values())

    async def save_return(self, request: ex.SaveReturnRequest) -> Settled:
        able = self._company.able(ex.Can.RETURN)
        return await telling.save(self._company, able, self._views, request)


def _own(operation_id: str, member: Member) -> str:
    return f"{operation_id}:{member.id}"


def _raise_later(
    failed: Sequence[tuple[Member, ex.Refused | ex.Unavailable | ex.OutcomeUnknown]],
    untold: Sequence[Untold],
) -> None:
    """Raises Unavailable with the feedback of those that could not be told."""
    if not failed:
        return
    left: list[Feedback] = []
    for (member, error), one in zip(failed, untold, strict=True):
        left.append(one.feedback(member.name, feedback.refused_by(error)))
    member, error = failed[0]
    text = _("{system}: {why}").format(system=member.name, why=explain(error))
    raise ex.Unavailable(text, ours=True, feedback=tuple(left))
