"""What a card holder does himself: signing in, his data, his cards."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from rarus.bare import ANNA, Bare, at_server

from backends.exact_json import read_json
from cashier.exchange import PhoneMessage

PHONE = "79001234501"


@dataclass
class Holder:
    """Somebody at his phone, and the organization beside him."""

    at: Bare
    inbox: list[PhoneMessage]
    token: str = ""

    async def ask(self, method: str, path: str, wanted: int = 200, **body: Any) -> dict[str, Any]:
        answer = await self.at.http.request(
            method,
            path,
            json=body if method != "GET" else None,
            params=body if method == "GET" else None,
            headers={"token": self.token},
        )
        told = read_json(answer.content)
        assert answer.status_code == wanted, told
        assert isinstance(told, dict)
        return told

    async def sign_in(self, login: str, password: str, wanted: int = 200) -> None:
        told = await self.ask(
            "POST", "/sign_in", wanted, login=login, password=password, role="client",
            company_id=1001,
        )  # fmt: skip
        self.token = told.get("token", "")

    async def code(self, login: str = PHONE) -> str:
        path = "/user/sign_in/send_confirmation_code"
        told = await self.ask("POST", path, login=login, company_id=1001)
        assert told["confirmation"]["attempts"] == 3
        return self.inbox[-1].code


@pytest.fixture
async def holder() -> AsyncIterator[Holder]:
    inbox: list[PhoneMessage] = []
    async with at_server(inbox.append) as at:
        yield Holder(at, inbox)


async def test_a_code_opens_the_door_once(holder: Holder) -> None:
    code = await holder.code()
    await holder.sign_in(PHONE, code)
    told = (await holder.ask("GET", "/user"))["user"]
    assert (told["phone"], told["email"]) == (PHONE, "anna@example.org")
    await holder.sign_in(PHONE, code, 401)


async def test_wrong_codes_are_counted(holder: Holder) -> None:
    code = await holder.code()
    wrong = "0000" if code != "0000" else "1111"
    for _attempt in range(3):
        await holder.sign_in(PHONE, wrong, 401)
    await holder.sign_in(PHONE, code, 401)


async def test_without_a_code_nobody_comes_in(holder: Holder) -> None:
    for login, password in ((PHONE, ""), (PHONE, "1234"), ("", ""), ("nobody", "1"), ("", "x")):
        await holder.sign_in(login, password, 401)
    await holder.ask("POST", "/user/sign_in/send_confirmation_code", 404, login="nobody")


async def test_a_password_of_an_upload_opens_it_as_sha1(holder: Holder) -> None:
    password = hashlib.sha1(b"secret", usedforsecurity=False).hexdigest()
    await holder.at.post(
        "cardsandusers/upload",
        unique_field="barcode",
        duplicates="update",
        users=[
            {"id": "u1", "login": "Peter", "name": "Peter", "password": password.upper(),
             "cards": [{"barcode": "2900000077777"}]},
        ],
    )  # fmt: skip
    await holder.sign_in("peter", "secret", 401)
    await holder.sign_in("peter", password)
    assert (await holder.ask("GET", "/user"))["user"]["id"] == "u1"
    await holder.at.post("user/u1", is_locked=True)
    await holder.sign_in("peter", password, 403)


async def test_each_role_has_its_own_methods(holder: Holder) -> None:
    await holder.ask("GET", "/user", 401)
    await holder.sign_in(PHONE, await holder.code())
    await holder.ask("GET", "/organization/card", 403)
    holder.token = holder.at.http.headers["token"]
    await holder.ask("GET", "/user", 403)


async def test_who_was_deleted_is_signed_out(holder: Holder) -> None:
    await holder.sign_in(PHONE, await holder.code())
    card = await holder.at.card()
    await holder.at.post(f"user/{card['user_id']}/delete")
    await holder.ask("GET", "/user", 401)


async def test_a_holder_changes_what_is_his_to_change(holder: Holder) -> None:
    await holder.sign_in(PHONE, await holder.code())
    await holder.ask(
        "PUT", "/user/update", name="Anna S.", gender="female", confirmed=False, phone="79990000000"
    )
    told = (await holder.ask("GET", "/user"))["user"]
    assert (told["name"], told["gender"]) == ("Anna S.", "female")
    assert (told["phone"], told["confirmed"]) == (PHONE, True), "this he does not"
    await holder.ask("PUT", "/user/update", 400, gender="x")


async def test_a_holder_sees_his_cards_and_nobody_elses(holder: Holder) -> None:
    await holder.sign_in(PHONE, await holder.code())
    mine = (await holder.ask("GET", "/user/card/get_list"))["cards"]
    assert [one["barcode"] for one in mine] == [ANNA]
    told = await holder.ask("GET", f"/user/card/{mine[0]['id']}/balance_info", last_transactions=2)
    assert told["balance"] == mine[0]["balance"]
    other = await holder.at.card("2900000000025")
    await holder.ask("GET", f"/user/card/{other['id']}/balance_info", 404)
    await holder.ask("GET", "/user/sales_history", 404, card_id=other["id"])


async def test_a_holder_sees_what_he_bought(holder: Holder) -> None:
    await holder.sign_in(PHONE, await holder.code())
    await holder.ask("GET", "/user/sales_history", 404)
    card = await holder.at.card()
    row = {"line_number": 1, "article": "x", "quantity": 1, "price": 100, "summ": 100}
    await holder.at.post(
        "process_bonus",
        operation_type="sale", card_id=card["id"], shop_id="01", doc_id="d1", cheque_items=[row],
        payment_types=[{"type": "cash", "sum": 100}],
    )  # fmt: skip
    told = (await holder.ask("GET", "/user/sales_history"))["sales"]
    assert [(one["doc_id"], one["summ"]) for one in told] == [("d1", 100)]
    late = int(holder.at.clock.now().timestamp()) + 60
    await holder.ask("GET", "/user/sales_history", 404, **{"from": late})


async def test_a_holder_comes_by_cards(holder: Holder) -> None:
    await holder.sign_in(PHONE, await holder.code())
    made = await holder.ask("POST", "/user/card/add")
    mine = (await holder.ask("GET", "/user/card/get_list"))["cards"]
    assert made["id"] in [one["id"] for one in mine]
    free = "2900000001015"
    told = await holder.ask("POST", "/user/card/attach", barcode=free)
    assert told["confirmation"]["method"] == "phone"
    path = "/user/card/attach/confirm"
    await holder.ask("POST", path, 400, barcode=free, code="")
    taken = await holder.ask("POST", path, barcode=free, code=holder.inbox[-1].code)
    mine = (await holder.ask("GET", "/user/card/get_list"))["cards"]
    assert len(mine) == 3 and taken["id"] in [one["id"] for one in mine]
    await holder.ask("POST", "/user/card/attach", 404, barcode="2900000000025")
    await holder.ask("POST", "/user/card/attach", 404, barcode="nobody")


async def test_somebody_registers_himself(holder: Holder) -> None:
    phone = "79005551122"
    await holder.ask("POST", "/user/new", login=phone, phone=phone, name="New")
    assert holder.inbox[-1].to == f"+{phone}"
    await holder.sign_in(phone, "wrong", 401)
    await holder.ask("GET", "/user", 401)
    await holder.sign_in(phone, holder.inbox[-1].code)
    assert (await holder.ask("GET", "/user"))["user"]["name"] == "New"
