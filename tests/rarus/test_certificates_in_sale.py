"""What certificates pay may be said by a call of its own, in the sale, or both: it counts once."""

from dataclasses import replace

import pytest
from rarus.deeds import GIFT, At, at_server, priced, sell
from stand import MORNING, demo_rules

from backends.fronting import tellable
from backends.rarus.wire.kinds import CertificateStatus
from cashier.exchange import CertificateRequest, Reason, Refused
from cashier.receipt import Tender, TenderKind


async def pays(at: At, amount: int) -> None:
    """Milk, some of it paid with a certificate that was sold with 500."""
    sold = at.service.store.certificates.get(GIFT)
    assert sold is not None
    worth = {"status": int(CertificateStatus.ACTIVE), "nominal": 50_000, "balance": 50_000}
    at.service.store.certificates.put(sold.model_copy(update=worth))
    receipt = await priced(at)
    cash = Tender(TenderKind.CASH, receipt.total - min(amount, receipt.total))
    await sell(at, replace(receipt, tenders=(Tender(TenderKind.CERTIFICATE, amount, GIFT), cash)))


async def left(at: At) -> int:
    request = CertificateRequest(number=GIFT, at=MORNING)
    return (await at.backend.certificate(request)).left


@pytest.mark.parametrize("how", ["apart", "in_sale"])
async def test_a_certificate_pays_once(how: str) -> None:
    async with at_server(tellable(demo_rules()), certificate_payment=how) as at:
        await pays(at, 20_000)
        assert await left(at) == 30_000


async def test_what_a_certificate_does_not_hold_is_refused_with_the_sale() -> None:
    async with at_server(tellable(demo_rules()), certificate_payment="in_sale") as at:
        with pytest.raises(Refused) as caught:
            await pays(at, 60_000)
        assert caught.value.reason is Reason.LIMIT_EXCEEDED
        assert await left(at) == 50_000
        assert at.state["sales"] == []
