"""Taking points from an account, once, over a wire on which a repetition looks like a second time.

A write-off has no number of its own. So the balance is remembered with the receipt when its prices
are asked, and whoever repeats compares. Where something else has moved the balance nobody can tell:
the first time that is an unknown outcome, then a no, so that a person looks at it.
"""

import json
from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum, auto

from backends.set10.bonus.client.accounts import Account, Accounts
from backends.set10.bonus.client.link import Link
from backends.set10.bonus.translate import Row
from backends.set10.bonus.wire import ACCOUNT, CARD, WRITE_OFF
from cashier.exchange import OutcomeUnknown, Reason, Refused, SaveSaleRequest
from cashier.i18n import _
from cashier.money import Points

_REMEMBERED = 1000


class _Stage(Enum):
    """How far an operation has come, by what this process saw of it."""

    SAID = auto()
    """The write-off was said; the charge that follows was not."""
    DONE = auto()
    PUZZLING = auto()


@dataclass(frozen=True)
class Before:
    """The account as it was when prices were asked, in the words of the receipt's context."""

    account: Account

    def words(self) -> str:
        return json.dumps({"account": self.account.kind, "before": self.account.balance})

    @classmethod
    def of(cls, context: str) -> "Before | None":
        try:
            told = json.loads(context)
            return cls(Account(str(told["account"]), int(told["before"])))
        except (ValueError, LookupError, TypeError):
            return None


class WritingOff:
    def __init__(self, link: Link, accounts: Accounts, *, numbered: bool) -> None:
        """``numbered``: the service is told the numbers of the receipt, and knows repetitions."""
        self._link, self._accounts, self._numbered = link, accounts, numbered
        self._stages: OrderedDict[str, _Stage] = OrderedDict()

    async def done(self, request: SaveSaleRequest, card: str, numbers: Row, earned: Points) -> None:
        """The points of this receipt are taken. ``earned``: what is charged for it afterwards.

        Raises Refused, Unavailable, OutcomeUnknown.
        """
        operation = request.operation_id
        if self._stages.get(operation) is _Stage.DONE:
            return
        before = Before.of(request.receipt.context)
        if (
            request.again
            and not self._numbered
            and await self._happened(request, card, before, earned)
        ):
            self._remember(operation, _Stage.DONE)
            return
        kind = before.account.kind if before else (await self._accounts.known(card)).kind
        self._remember(operation, _Stage.SAID)
        told: Row = {ACCOUNT.name: kind, CARD.name: card, "writeOffSum": request.receipt.spend}
        if self._numbered:
            told = {**told, **numbers}
        await self._link.ask(WRITE_OFF, told, changes=True)
        self._remember(operation, _Stage.DONE)

    async def _happened(
        self, request: SaveSaleRequest, card: str, before: Before | None, earned: Points
    ) -> bool:
        """Raises Refused, Unavailable, OutcomeUnknown."""
        operation, spent = request.operation_id, request.receipt.spend
        if before is None:
            raise self._nobody_knows(operation)
        now = (await self._accounts.known(card, before.account.kind)).balance
        was = before.account.balance
        happened = {was - spent}
        if self._stages.get(operation) is not _Stage.SAID:  # an earlier run may have charged, too
            happened.add(was - spent + earned)
        if (now == was) != (now in happened):
            return now != was
        raise self._nobody_knows(operation)

    def _nobody_knows(self, operation: str) -> Refused | OutcomeUnknown:
        text = _(
            "Whether the points were written off cannot be told: the balance changed meanwhile."
        )
        if self._stages.get(operation) is _Stage.PUZZLING:
            return Refused(Reason.OTHER, text)
        self._remember(operation, _Stage.PUZZLING)
        return OutcomeUnknown(text, ours=True)

    def _remember(self, operation: str, stage: _Stage) -> None:
        self._stages[operation] = stage
        if len(self._stages) > _REMEMBERED:
            self._stages.popitem(last=False)
