"""Who may come in, and with what."""

from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loymax_xml.documents import asked
from loymax_xml.stage_xml import BORIS, DEVICE, Stage
from lxml import etree
from set10.test_soap import HOSTILE
from stand import MORNING, demo_goods, demo_rules

from backends.fronting import Goods
from backends.house import HouseBackend
from backends.loymax.common.codes import Code
from backends.loymax.common.kinds import Kind
from backends.loymax.desk.behind import without_codes
from backends.loymax_xml.server import make_service
from backends.loymax_xml.wire import reading, writing
from backends.loymax_xml.wire.encoding import Encoding, write
from backends.reception import Porter
from cashier.clock import ManualClock, counted_ids


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    yield made
    await made.house.close()


async def test_a_wrong_password_is_not_let_in() -> None:
    clock = ManualClock(MORNING)
    house = HouseBackend(
        None,
        without_codes(demo_rules()),
        clock=clock,
        ids=counted_ids(),
        phone=lambda _message: None,
    )
    app = make_service(house, Goods(demo_goods()), clock=clock, porter=Porter("till", "secret"))
    body = b"<XMLRequest><Version>3.2</Version></XMLRequest>"
    far = httpx.ASGITransport(app, client=("192.0.2.1", 1))
    async with httpx.AsyncClient(transport=far) as client:
        assert (await client.post(DEVICE, content=body)).status_code == 401
        assert (await client.post(DEVICE, content=body, auth=("till", "no"))).status_code == 401
        came = await client.post(DEVICE, content=body, auth=("till", "secret"))
    assert came.text == "<XMLResponse><ErrorCode>0</ErrorCode></XMLResponse>"
    await house.close()


SMALL = {name: body for name, body in HOSTILE.items() if len(body) < 1_000_000}


@pytest.mark.parametrize("body", SMALL.values(), ids=SMALL)
async def test_a_hostile_document_is_a_parse_error(stage: Stage, body: bytes) -> None:
    assert reading.answer(await stage.post(body)).code == Code.PARSE_ERROR


async def test_another_version_is_not_spoken(stage: Stage) -> None:
    body = b"<XMLRequest><Version>2.2</Version></XMLRequest>"
    assert reading.answer(await stage.post(body)).code == Code.VERSION_ERROR


ODD = ("", " ", "x", "-1", "0", "0.001", "9" * 13, "9" * 40, "NaN", "\u202e", "a@b", "+79001234502",
       BORIS, "2026-13-45", "1", "344", "Auto")  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_whatever_is_asked_is_answered_in_a_document(
    stage: Stage, data: st.DataObject
) -> None:
    operations = [
        asked(kind, f"op-{place}", data.draw(st.sampled_from(("1", "2", "3"))))
        for place, kind in enumerate(data.draw(st.lists(st.sampled_from(Kind), max_size=5)))
    ]
    root = writing.request(operations)
    for _turn in range(data.draw(st.integers(0, 3))):
        one = data.draw(st.sampled_from(list(root.iter("*"))))
        parent = one.getparent()
        match data.draw(st.sampled_from(("attribute", "attribute", "drop", "twice", "text"))):
            case "drop" if parent is not None:
                parent.remove(one)
            case "twice" if parent is not None:
                parent.append(etree.fromstring(etree.tostring(one)))
            case "text":
                one.text = data.draw(st.sampled_from(ODD))
            case _ if one.attrib:
                name = data.draw(st.sampled_from(sorted(map(str, one.attrib))))
                one.set(name, data.draw(st.sampled_from(ODD)))
            case _:
                one.set("Value", data.draw(st.sampled_from(ODD)))
    answer = reading.answer(await stage.post(write(root, Encoding.UTF_8)))
    assert answer.code in (0, Code.PARSE_ERROR, Code.VERSION_ERROR)
    assert Code.SYSTEM_ERROR not in [one.code for one in answer.told]
    assert stage.house.audit() == []
