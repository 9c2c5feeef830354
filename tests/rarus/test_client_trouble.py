"""What can go wrong between a till and the service: the outcome, and what the cashier reads."""

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme
from rarus.bodies import ANNA
from rarus.scripted import (
    OPENING,
    PASSWORD,
    PRICED,
    at_service,
    by,
    client,
    giving_back,
    registering,
    reserving,
    selling,
    strangers,
)
from stand import MORNING
from wire.hostile import behaving, saying

from backends.rarus.client import RarusBackend
from cashier import exchange as ex
from cashier import methods
from cashier.clock import ManualClock
from cashier.exchange import Cause, OutcomeUnknown, Refused, Unavailable
from cashier.receipt import IdentifierKind
from cashier.uniform import call
from cashier.words import explain

ASKS: dict[str, ex.Frozen] = {
    "identify": by(IdentifierKind.CARD, ANNA.number),
    "check_coupon": ex.CheckCouponRequest(receipt=PRICED, code="SPRING10", at=MORNING),
    "calculate": ex.CalculateRequest(receipt=PRICED, at=MORNING),
    "points": ex.PointsRequest(receipt=PRICED, at=MORNING),
    "certificate": ex.CertificateRequest(number="9800000001", at=MORNING),
}
CHANGES: dict[str, ex.Frozen] = {
    "register": registering(),
    "attach_card": ex.AttachCardRequest(
        operation_id="a", customer_id="c01", card=ANNA.number, at=MORNING
    ),
    "reserve": reserving(),
    "save_sale": selling(),
    "save_return": giving_back(),
}
ALL = {**ASKS, **CHANGES}
FIRST = {
    "identify": "GET /organization/card",
    "check_coupon": "GET /organization/coupon/SPRING10",
    "calculate": "POST /organization/calculate_document",
    "points": "POST /organization/card/7d1c7a52-6f4e-4d3d-9d1d-0b6b6a9c1111/balance",
    "certificate": "GET /organization/certificate/9800000001",
    "register": "POST /organization/user/new",
    "attach_card": "POST /organization/card/attach",
    "reserve": "POST /organization/hold/add",
    "save_sale": "POST /organization/process_bonus",
    "save_return": "POST /organization/process_bonus",
}
"""The request that matters in each step."""
ONCE = {"again": 0, "seconds": 5}


async def trouble(backend: RarusBackend, name: str) -> Refused | Unavailable | OutcomeUnknown:
    """What came of it; anything else fails the test."""
    with pytest.raises((Refused, Unavailable, OutcomeUnknown)) as caught:
        await call(backend, methods.METHODS[name], ALL[name])
    assert isinstance(caught.value, Refused | Unavailable | OutcomeUnknown)
    assert PASSWORD not in str(caught.value)
    return caught.value


async def greeted_with(url: str, **options: Any) -> Refused | Unavailable | OutcomeUnknown:
    backend = client(url, ManualClock(MORNING), network={**ONCE, **options})
    try:
        with pytest.raises((Refused, Unavailable, OutcomeUnknown)) as caught:
            await backend.open(OPENING)
        assert isinstance(caught.value, Refused | Unavailable | OutcomeUnknown)
        return caught.value
    finally:
        await backend.close()


def says(error: Any, kind: type[Exception], cause: Cause, sentence: str) -> bool:
    assert (type(error), error.cause) == (kind, cause)
    assert sentence in explain(error)
    return True


# --- nobody there, or somebody else


@pytest.mark.parametrize("name", ALL)
async def test_a_service_that_is_gone_did_nothing(name: str) -> None:
    async with strangers(network=ONCE) as at:
        await at.backend.open(OPENING)
        at.knows(ANNA.number, "7d1c")
        await at.backend.session.link.close()
        at.backend.session.link = client(await _nobody(), at.clock, network=ONCE).session.link
        error = await trouble(at.backend, name)
        assert says(error, Unavailable, Cause.SILENCE, "not reachable (no connection)")


async def _nobody() -> str:
    """An address where nobody listens."""
    async with behaving(saying(b"")) as port:
        return f"http://127.0.0.1:{port}"


async def test_the_wrong_port_is_silence() -> None:
    error = await greeted_with(await _nobody())
    assert says(error, Unavailable, Cause.SILENCE, "no connection")


async def test_the_wrong_host_is_named() -> None:
    error = await greeted_with("http://no-such-host.invalid")
    assert says(error, Unavailable, Cause.SILENCE, "no connection")
    assert "no-such-host.invalid" in str(error)


async def test_a_certificate_nobody_vouches_for_is_told_nothing() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    async with behaving(saying(b"{}"), context) as port:
        error = await greeted_with(f"https://127.0.0.1:{port}")
    assert says(error, Unavailable, Cause.CERTIFICATE, "certificate")


async def test_a_certificate_of_our_own_authority_is_trusted(tmp_path: Path) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    no_password = b'{"code": 1002, "message": "wrong password"}'
    async with behaving(saying(no_password, "401 Unauthorized"), context) as port:
        trusted = {"authorities": str(tmp_path / "ca.pem")}
        error = await greeted_with(f"https://127.0.0.1:{port}", **trusted)
    assert says(error, Unavailable, Cause.CREDENTIALS, "does not accept the password")


async def test_a_service_of_another_kind_is_no_service() -> None:
    """A page of a web server, wherever it is asked."""
    async with behaving(saying(b"<html>It works!</html>")) as port:
        error = await greeted_with(f"http://127.0.0.1:{port}")
    assert says(error, Unavailable, Cause.PROTOCOL, "the answer makes no sense")


# --- answers that are none

BAD_GATEWAY = b"<html><h1>502 Bad Gateway</h1></html>"
TRUNCATED = b'{"code": 0, "message": "\xd0\x9e'
ANSWERS: dict[str, tuple[Any, Cause]] = {
    "html with a 500": ((500, BAD_GATEWAY), Cause.STATUS),
    "html with a 502": ((502, BAD_GATEWAY), Cause.STATUS),
    "an empty 503": ((503, b""), Cause.STATUS),
    "an empty body": ((200, b""), Cause.PROTOCOL),
    "html with a 200": ((200, BAD_GATEWAY), Cause.PROTOCOL),
    "truncated JSON": ((200, TRUNCATED), Cause.PROTOCOL),
    "another type of JSON": ((200, b'["code", 0]'), Cause.PROTOCOL),
    "no code": ((200, {"message": "done"}), Cause.PROTOCOL),
    "created": ((201, {"code": 0}), Cause.PROTOCOL),
    "latin letters": ((200, b'{"code": 0, "message": "\xe9"}'), Cause.PROTOCOL),
    "a number without end": ((200, b'{"code": 0, "sum": 1e999999999}'), Cause.PROTOCOL),
}
KNOWS = {
    Cause.STATUS: "the server reports an error",
    Cause.PROTOCOL: "the answer makes no sense",
}


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("name", ALL)
async def test_an_answer_that_is_none(name: str, answer: str) -> None:
    """Asking did nothing; what changes something may have been done."""
    told, cause = ANSWERS[answer]
    async with at_service({FIRST[name]: told}, network=ONCE) as at:
        error = await trouble(at.backend, name)
        kind = OutcomeUnknown if name in CHANGES else Unavailable
        assert says(error, kind, cause, KNOWS[cause])
        if isinstance(told[1], bytes):
            assert error.raw == told[1]  # type: ignore[union-attr]


@pytest.mark.parametrize("status", [400, 404, 405, 409, 422])
@pytest.mark.parametrize("name", ALL)
async def test_a_4xx_in_nobodys_words_did_nothing(name: str, status: int) -> None:
    async with at_service({FIRST[name]: (status, b"<html>no</html>")}, network=ONCE) as at:
        error = await trouble(at.backend, name)
        assert says(error, Unavailable, Cause.STATUS, "the server reports an error")


@pytest.mark.parametrize("name", ALL)
async def test_a_no_of_the_service_is_told_in_its_own_words(name: str) -> None:
    no = {"code": 4711, "message": "Карта в стоп-листе [/]"}
    for status in (200, 400, 409):
        async with at_service({FIRST[name]: (status, no)}, network=ONCE) as at:
            error = await trouble(at.backend, name)
            assert isinstance(error, Refused)
            assert (error.code, error.text) == ("4711", no["message"])
            assert explain(error) == "Refused: Карта в стоп-листе [/]"
