"""An ordinary SOAP client at the running server: every method, by its description alone."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from mapped.test_serving import served as serving
from set10.bonus_stage import ANNA, AT_FIRST, At, at_bonus
from stand import MORNING
from zeep import Client
from zeep.exceptions import Fault

from backends.keeping import Standing
from backends.set10.bonus import wire
from backends.set10.bonus.wire import PATH, Dialect, Unit

CHECK = {"shopNum": 1, "cashNum": 2, "shiftNum": 3, "checkNum": 7}
WAY_BACK = {"shopNum": 1, "cashNum": 2, "shiftNum": 3, "checkNum": 8}


async def with_zeep(at: At, use: Callable[[Any], None]) -> None:
    def run() -> None:
        with Client(f"{at.url}{PATH}?wsdl") as made:  # type: ignore[no-untyped-call]
            use(made.service)

    await asyncio.to_thread(run)


async def test_all_methods() -> None:
    def use(service: Any) -> None:
        (account,) = service.getActiveBonusAccounts(cardNumber=ANNA)
        assert (account.balance, account.bonusAccountTypeCode) == (Decimal("470.50"), "1")
        (balance,) = service.getBonusAccountBalances(cardNumber=ANNA)
        assert balance.balance >= balance.activeBalance == Decimal("470.50")
        (told,) = service.getBonusAccountsInformation(cardNumber=ANNA)
        assert told.nextBurningSum > 0
        assert told.nextBurningDate > MORNING
        charged = service.chargeOnBonusAccount(
            cardNumber=ANNA, **CHECK, chargeSum=1050, activatingDate=MORNING,
            expirationDate=MORNING.replace(year=2027),
        )  # fmt: skip
        assert (charged.errorCode, charged.errorText) == (0, None)
        assert charged.transactionId > 0
        spent = service.writeOffFromBonusAccount(
            accountTypeCode="1", cardNumber=ANNA, writeOffSum=Decimal("20.50")
        )
        assert spent.errorCode == 0
        (account,) = service.getActiveBonusAccounts(cardNumber=ANNA)
        assert account.balance == Decimal("460.50")
        back = service.cancelWriteOffFromBonusAccount(
            accountTypeCode="1", cardNumber=ANNA, **WAY_BACK, cancelSum=Decimal("20.50")
        )
        assert back.errorCode == 0
        assert (
            service.cancelChargeOnBonusAccount(
                cardNumber=ANNA, **WAY_BACK, cancelSum=1050
            ).errorCode
            == 0
        )
        blocked = {"cardNumber": ANNA, "blockId": "one"}
        service.blockBonusAccountSum(accountTypeCode="1", **blocked, blockSum=Decimal(400))
        (account,) = service.getActiveBonusAccounts(cardNumber=ANNA)
        assert account.balance == Decimal("70.50")
        assert service.unblockBonusAccountSum(**blocked).errorCode == 0

    async with at_bonus() as at:
        await with_zeep(at, use)
        assert at.balance() == AT_FIRST
        kinds = [one.id.split(":")[1] for one in at.moved()]
        assert kinds == ["charge", "write-off", "give-back", "cancel"]
        assert at.moved()[0].note == "ExternalSystemCardsProcessing 1/2/3/7"


async def test_no_is_a_code_and_a_text() -> None:
    def use(service: Any) -> None:
        refused = service.writeOffFromBonusAccount(
            accountTypeCode="1", cardNumber=ANNA, writeOffSum=Decimal("470.51")
        )
        assert refused.errorCode != 0
        assert "not so many points" in refused.errorText
        nobody = service.chargeOnBonusAccount(cardNumber="nobody", **CHECK, chargeSum=1)
        assert nobody.errorCode != 0
        assert service.getActiveBonusAccounts(cardNumber="nobody") == []
        kind = service.writeOffFromBonusAccount(
            accountTypeCode="no", cardNumber=ANNA, writeOffSum=1
        )
        assert kind.errorCode != 0
        assert service.chargeOnBonusAccount(cardNumber=ANNA, **CHECK, chargeSum=0).errorCode != 0
        assert service.chargeOnBonusAccount(cardNumber=ANNA, **CHECK, chargeSum=-5).errorCode != 0
        back = service.cancelWriteOffFromBonusAccount(
            accountTypeCode="1", cardNumber=ANNA, **WAY_BACK, cancelSum=1
        )
        assert "so much was not written off" in back.errorText

    async with at_bonus() as at:
        await with_zeep(at, use)
        assert at.balance() == AT_FIRST


async def test_a_blocked_card_has_no_active_account_and_moves_nothing() -> None:
    def use(service: Any) -> None:
        assert service.getActiveBonusAccounts(cardNumber=ANNA) == []
        assert service.chargeOnBonusAccount(cardNumber=ANNA, **CHECK, chargeSum=1).errorCode != 0

    async with at_bonus() as at:
        at.keeper.cards.set_standing(ANNA, Standing.BLOCKED)
        await with_zeep(at, use)
        assert at.moved() == []


async def test_a_repetition_is_told_by_the_numbers_of_the_receipt() -> None:
    def use(service: Any) -> None:
        def charge(points: int, card: str = ANNA) -> Any:
            return service.chargeOnBonusAccount(cardNumber=card, **CHECK, chargeSum=points)

        first, second = charge(500), charge(500)
        assert first.transactionId == second.transactionId
        assert "another sum" in charge(600).errorText
        assert charge(500, "2900000000025").errorCode != 0
        spent = {"accountTypeCode": "1", "cardNumber": ANNA, "writeOffSum": 10}
        once = service.writeOffFromBonusAccount(**spent, **CHECK).transactionId
        assert service.writeOffFromBonusAccount(**spent, **CHECK).transactionId == once
        assert service.writeOffFromBonusAccount(**spent).transactionId != once
        back = {"accountTypeCode": "1", "cardNumber": ANNA, "cancelSum": 20}
        for _turn in range(2):
            assert service.cancelWriteOffFromBonusAccount(**back, **WAY_BACK).errorCode == 0
            assert (
                service.cancelChargeOnBonusAccount(
                    cardNumber=ANNA, **WAY_BACK, cancelSum=500
                ).errorCode
                == 0
            )

    async with at_bonus() as at:
        await with_zeep(at, use)
        assert [one.points for one in at.moved()] == [500, -1000, -1000, 2000, -500]
        assert at.balance() == AT_FIRST


async def test_a_charge_is_cancelled_by_its_own_numbers_up_to_all_of_it() -> None:
    def use(service: Any) -> None:
        def cancel(points: int) -> Any:
            told = {"cardNumber": ANNA, **CHECK, "cancelSum": points}
            return service.cancelChargeOnBonusAccount(**told)

        service.chargeOnBonusAccount(cardNumber=ANNA, **CHECK, chargeSum=500)
        assert cancel(200).errorCode == cancel(200).errorCode == 0
        assert "so much was not charged" in cancel(101).errorText
        assert cancel(100).errorCode == 0

    async with at_bonus() as at:
        await with_zeep(at, use)
        assert at.balance() == AT_FIRST


async def test_units_and_names_are_settings() -> None:
    dialect = Dialect(
        {wire.WRITE_OFF.role: Unit.KOPECKS, wire.ACTIVE.role: Unit.KOPECKS},
        {wire.GIVE_BACK.role: "returnBonus", wire.BLOCK.role: "", wire.UNBLOCK.role: ""},
    )

    def use(service: Any) -> None:
        told = {"accountTypeCode": "1", "cardNumber": ANNA}
        assert service.writeOffFromBonusAccount(**told, writeOffSum=1050).errorCode == 0
        (account,) = service.getActiveBonusAccounts(cardNumber=ANNA)
        assert account.balance == 46_000
        assert service.returnBonus(**told, **WAY_BACK, cancelSum="10.50").errorCode == 0
        assert "blockBonusAccountSum" not in dir(service)

    async with at_bonus(dialect) as at:
        await with_zeep(at, use)
        assert at.balance() == AT_FIRST


async def test_what_makes_no_sense_is_a_fault() -> None:
    def use(service: Any) -> None:
        burnt = service.chargeOnBonusAccount(
            cardNumber=ANNA, **CHECK, chargeSum=5, activatingDate=MORNING, expirationDate=MORNING
        )
        assert burnt.errorCode != 0
        with pytest.raises(Fault, match="cardNumber is missing"):
            service.getActiveBonusAccounts(cardNumber="")
        with pytest.raises(Fault, match="expected a sum in roubles"):
            service.writeOffFromBonusAccount(
                accountTypeCode="1", cardNumber=ANNA, writeOffSum=Decimal("1.005")
            )

    async with at_bonus() as at:
        await with_zeep(at, use)
        assert at.moved() == []


def test_the_program_serves_it(tmp_path: Path) -> None:
    """``cashier serve set10-bonus``: points last over a restart."""

    def use(url: str) -> Any:
        with Client(f"{url}{PATH}?wsdl") as made:  # type: ignore[no-untyped-call]
            (account,) = made.service.getActiveBonusAccounts(cardNumber=ANNA)
            told = {"cardNumber": ANNA, **CHECK, "chargeSum": 100}
            assert made.service.chargeOnBonusAccount(**told).errorCode == 0
        return account.balance

    with serving(tmp_path, "set10-bonus") as (url, said):
        assert said[0].startswith("set10-bonus is served at")
        assert use(url) == Decimal("470.50")
    with serving(tmp_path, "set10-bonus") as (url, _said):
        assert use(url) == Decimal("471.50")
