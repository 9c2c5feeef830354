"""Training touches nothing real: another folder, other numbers, and no way to a live system."""

from pathlib import Path

import pytest

from cashier import commands as do
from cashier import fixtures, i18n
from cashier.clock import Clock
from cashier.errors import NotNow
from cashier.exchange import Backend
from cashier.faults import Plan
from cashier.journal import Journal
from cashier.opening import Place, open_till
from cashier.receipt import TenderKind


def _plugged(make: object, clock: Clock) -> tuple[Backend, Plan]:
    from backends.faults import Faulty

    plugged = Faulty(make, clock)  # type: ignore[arg-type]  # as the command line does
    return plugged, plugged.plan


def _card_of_a_live_shop(folder: Path) -> Path:
    text = fixtures.path("shop-en.toml").read_text(encoding="utf-8")
    for name in ("goods.csv", "groups.csv"):
        (folder / name).write_bytes(fixtures.path(name).read_bytes())
    card = folder / "live.toml"
    card.write_text(text.replace('system = "house"', 'system = "live"'), encoding="utf-8")
    return card


async def test_the_system_of_the_real_shop_is_not_even_made(tmp_path: Path) -> None:
    card, data = _card_of_a_live_shop(tmp_path), tmp_path / "data"
    till = open_till(Place(card, data, training=True), _plugged)  # 'live' is registered nowhere
    await till.start()
    try:
        await till.do(do.OpenShift(100))
        for command in (
            do.Scan("4600000000015"),
            do.Calculate(),
            do.TakeTender(TenderKind.CASH),
        ):
            now = await till.do(command)
        assert now.receipt is not None
        assert now.receipt.number == "TR0101-000001"
        assert now.receipt.settled is not None and not now.receipt.settled.pending
        assert till.workplace.shop.training
    finally:
        await till.close()
    assert sorted(path.name for path in data.iterdir()) == ["training"]
    slip = (data / "training" / "slips" / "TR0101-000001.txt").read_text(encoding="utf-8")
    assert slip.count("TRAINING") == 2
    journal = Journal.read(data / "training" / "journal.db")
    assert [one.number for one in journal.recent(10)] == ["TR0101-000001"]
    journal.close()


async def test_a_slip_of_training_brings_nothing_back_at_the_real_till(tmp_path: Path) -> None:
    till = open_till(Place.of(None, str(tmp_path), "en"), _plugged)
    await till.start()
    try:
        await till.do(do.OpenShift())
        assert not till.workplace.shop.training
        assert till.workplace.journal.sale("TR0101-000001") is None
    finally:
        await till.close()


async def test_the_shop_card_for_training_cannot_be_left(tmp_path: Path) -> None:
    place = Place(fixtures.path("shop-training.toml"), tmp_path)
    till = open_till(place, _plugged)
    i18n.set_language("en")
    await till.start()
    try:
        with pytest.raises(NotNow, match="training"):
            await till.do(do.SwitchTraining(on=False))
        assert till.workplace.shop.training
    finally:
        await till.close()
