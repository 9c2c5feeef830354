"""Operations as a till says them, in documents to the server."""

from dataclasses import replace

from loymax_xml.stage_xml import BORIS, MILK, Stage
from stand import MORNING

from backends.loymax.common.kinds import Kind
from backends.loymax.common.parts import Asked, Cheque, ChequeLine, Told
from backends.loymax_xml.wire import reading, writing
from backends.loymax_xml.wire.encoding import Encoding, write

LINE = ChequeLine(344, 22_500, 3_000, "Milk", MILK, 7_500)
RYE = ChequeLine(7, 5_000, 1_000, "Rye", "10102", 5_000)


def asked(kind: Kind, ident: str, purchase: str = "1", **more: object) -> Asked:
    made = Asked(kind, ident, MORNING, purchase if kind.of_purchase else "")
    if kind in (Kind.CALCULATE, Kind.AVAILABLE, Kind.PAYMENT, Kind.ACCRUAL):
        made = replace(made, identifier=BORIS, cheque=Cheque((LINE, RYE), MORNING, "R-1"))
    return replace(made, **more)  # type: ignore[arg-type]


async def told(stage: Stage, *operations: Asked) -> tuple[Told, ...]:
    answer = reading.answer(await stage.post(write(writing.request(operations), Encoding.UTF_8)))
    assert (answer.code, len(answer.told)) == (0, len(operations))
    return answer.told


async def codes(stage: Stage, *operations: Asked) -> list[int]:
    return [one.code for one in await told(stage, *operations)]


def sold_as(calculated: Told, pays: int = 0) -> Cheque:
    """The cheque as a till sells it that was told these prices."""
    assert calculated.cheque is not None
    by_position = {one.position: one for one in calculated.cheque.lines}
    lines = [
        one._replace(
            discount=by_position[one.position].discount,
            offers=by_position[one.position].offers,
        )
        for one in (LINE, RYE)
    ]
    lines[0] = lines[0]._replace(pay=pays)
    return Cheque(tuple(lines), MORNING, "R-1")
