"""Who is who at the service: cards of a person, codes, newcomers and their names."""

import pytest
from manzana.at_server import ANNA, At, at_server, cheque, text

AT = "<DateTime>2026-03-03T10:00:00+03:00</DateTime>"
PHONE = "+79005550011"


def request(kind: str, inside: str, ident: str = "r") -> str:
    return f"<{kind}Request><RequestID>{ident}</RequestID>{AT}{inside}</{kind}Request>"


def contact(ident: str, *, new: bool = True, **words: str) -> str:
    attributes = "".join(
        f"<Attribute><Key>{key}</Key><Value>{value}</Value></Attribute>"
        for key, value in words.items()
    )
    card = "<CreateCard><CreateCard>1</CreateCard></CreateCard>" if new else ""
    who = f"<ContactID><MobilePhone>{PHONE}</MobilePhone></ContactID>"
    return request("ContactInfoUpdate", f"{who}{card}{attributes}", ident)


def code(number: str, send: str, word: str = "") -> str:
    return request(
        "Balance",
        f"<MobilePhone><Number>{number}</Number><SendCode>{send}</SendCode>"
        f"<ValidationCode>{word}</ValidationCode></MobilePhone>",
    )


async def phone_of(at: At) -> str:
    return text(
        await at.ask(request("Balance", f"<Card><CardNumber>{ANNA}</CardNumber></Card>")), "Phone"
    )


async def test_the_cards_of_a_person() -> None:
    async with at_server() as at:
        phone = await phone_of(at)
        told = await at.ask(request("Card", f"<Phone>{phone}</Phone>"))
        assert text(told, "ReturnCode") == "0"
        assert ANNA in [one.text for one in told.iterfind("{*}Card/{*}CardNumber")]
        nobody = await at.ask(request("Card", "<Email>nobody@example.test</Email>"))
        assert text(nobody, "ReturnCode") == "82781"
        assert text(await at.ask(request("Card", "")), "ReturnCode") == "82781"


async def test_a_phone_is_confirmed_by_a_code() -> None:
    async with at_server() as at:
        phone = await phone_of(at)
        early = await at.ask(code(phone, "0", "1234"))
        assert text(early, "ReturnCode") == "110043"
        sent = await at.ask(code(phone, "1"))
        assert (text(sent, "ReturnCode"), text(sent, "CardNumber")) == ("0", "")
        assert text(await at.ask(code(phone, "0", "no")), "ReturnCode") == "110043"
        told = await at.ask(code(phone, "0", at.messages[-1].code))
        assert text(told, "CardNumber") == ANNA
        unused = len(at.messages)
        assert text(await at.ask(code(phone, "0")), "ReturnCode") == "110043"
        assert len(at.messages) == unused
        nobody = await at.ask(code("+79990000000", "1"))
        assert text(nobody, "ReturnCode") == "82781"


async def test_a_newcomer_is_one_however_often_he_is_told() -> None:
    async with at_server() as at:
        first = await at.ask(contact("op", lastname="Petrova", firstname="Anna"))
        assert text(first, "ReturnCode") == "0"
        again = await at.ask(contact("op", lastname="Petrova", firstname="Anna"))
        assert text(again, "CardNumber") == text(first, "CardNumber") != ""
        other = await at.ask(contact("other"))
        assert text(other, "ReturnCode") == "85040"
        bought = await at.ask(cheque(card=text(first, "CardNumber")))
        assert text(bought, "ReturnCode") == "0"


async def test_without_a_new_card_it_is_told_what_is_new_of_somebody_known() -> None:
    async with at_server() as at:
        unknown = await at.ask(contact("op", new=False, firstname="Anna"))
        assert text(unknown, "ReturnCode") == "82781"
        made = await at.ask(contact("op"))
        named = await at.ask(
            contact("name", new=False, firstname="Anna", lastname="Petrova", birthdate="1990-05-05")
        )
        assert text(named, "ContactID") == text(made, "ContactID")
        card = f"<Card><CardNumber>{text(made, 'CardNumber')}</CardNumber></Card>"
        told = await at.ask(request("Balance", card))
        assert (text(told, "FullName"), text(told, "BirthDate")) == ("Petrova Anna", "1990-05-05")


@pytest.mark.parametrize("day", ["yesterday", "1990-13-01"])
async def test_a_birthday_is_a_day(day: str) -> None:
    async with at_server() as at:
        told = await at.ask(contact("op", birthdate=day))
        assert text(told, "ReturnCode") == "85040"


@pytest.mark.parametrize("field", ["Number", "EmissionID", "TypeID"])
async def test_a_coupon_is_answered_where_it_was_told(field: str) -> None:
    async with at_server() as at:
        coupon = f"<Coupons><Coupon><{field}>SPRING10</{field}></Coupon></Coupons>"
        told = await at.ask(cheque(kind="Soft").replace("<Item>", f"{coupon}<Item>", 1))
        (one,) = told.iterfind("{*}Coupons/{*}Coupon")
        assert (text(one, field), text(one, "ApplicabilityCode")) == ("SPRING10", "1")
