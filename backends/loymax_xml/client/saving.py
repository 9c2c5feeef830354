"""What is held goes in one document, so all of it is, or none."""

from collections.abc import Sequence

from backends.loymax.common import hearing, names
from backends.loymax.common.kinds import Kind
from backends.loymax.common.parts import Asked, Told
from backends.loymax.common.saving import Request, Saving
from backends.loymax_xml.client.link import Link


class XmlSaving(Saving[Link]):
    async def _held(self, operations: Sequence[Asked], request: Request) -> Sequence[Told]:  # noqa: ARG002
        return await self._link.all(operations, lambda told: _checked(operations, told))

    def _undoing(self, held: Sequence[Asked], request: Request) -> Sequence[Asked]:
        """Each by itself, the last one first."""
        made = []
        for one in reversed(held):
            ident = names.operation(f"{request.operation_id}:{one.kind.name}", Kind.CANCEL)
            made.append(Asked(Kind.CANCEL, ident, request.at, one.purchase, cancels=one.id))
        return made


def _checked(held: Sequence[Asked], told: tuple[Told, ...]) -> tuple[Told, ...]:
    """Raises Refused."""
    for asked, one in zip(held, told, strict=True):
        if asked.kind is Kind.PAYMENT:
            hearing.check_payment(one, asked.amount)
    return told
