"""Every command of the vocabulary is typed, or it is said why not; and the till gets that one."""

import shutil
from pathlib import Path
from typing import get_args

import pytest
from presented import filmed, read

from cashier import fixtures
from cashier.cli.staging import plug
from cashier.commands import Command
from cashier.scenario.reading import load
from cashier.scenario.result import Verdict
from cashier.scenario.stage import Staging
from screens.playing.player import Player
from screens.playing.ways import DIRECTLY, TYPED

SHIPPED = (
    "card-terminal", "certificates", "coupon-kinds", "goods", "levels", "lost-answers", "newcomer",
    "outbox-order", "points-to-the-kopeck", "printer", "put-aside", "restart", "return-by-card",
    "shift", "supervisor",
)  # fmt: skip
"""Files that hold, together, nearly every command."""
MORNING = """
    - open_shift: 1000
    - open_drawer
    - allow: from-card
    - scan: "11110"
    - calculate
    - tender: card
    - reprint
    - add_goods: {sku: "11110", quantity: 2}
    - expect: {state: selling, pieces: 2}
"""
LIVE = """
    - scan: "11110"
    - calculate
    - tender: card
    - confirm_live
    - expect: {state: finished}
"""


def typed(player: Player) -> set[type]:
    assert player.record.result().verdict is Verdict.PASSED, player.farewell()
    return player.by_hand


def scenario_file(name: str) -> Path:
    return Path(__file__).parents[2] / "fixtures" / "scenarios" / f"{name}.yaml"


@pytest.fixture
def live(tmp_path: Path) -> Staging:
    """Stages in a shop whose loyalty system is real."""
    shop = tmp_path / "shop"
    shutil.copytree(fixtures.path("shop.toml").parent, shop)
    card = shop / "shop.toml"
    card.write_text("live = true\n" + card.read_text(encoding="utf-8"), encoding="utf-8")
    return Staging(plug, card=card)


def test_there_is_a_way_for_every_command_or_a_reason_why_not() -> None:
    assert {*TYPED, *DIRECTLY} == set(get_args(Command))
    assert not set(TYPED) & set(DIRECTLY)


async def test_every_way_is_gone_and_leads_to_its_command(live: Staging) -> None:
    """``filmed`` fails where the keys led to another command than the step means."""
    hands = set()
    for name in SHIPPED:
        hands |= typed(await filmed(load(scenario_file(name))[0]))
    hands |= typed(await filmed(read(MORNING)))
    hands |= typed(await filmed(read(LIVE), staging=live))
    assert hands == set(TYPED)


KEYS = """
    - scan: {code: "11105", quantity: 2}
    - scan: "11101"
    - set_quantity: {line: 1, quantity: 3}
    - void_line: 2
    - identify: {phone: "+79005550101"}
    - dismiss
    - calculate
    - tender: {card: 100}
    - undo_tenders
    - back_to_goods
    - cancel_receipt
    - expect: {state: idle}
"""


@pytest.mark.parametrize("keys", ["alt", "typed", "numpad"])
async def test_it_types_with_the_keys_of_the_shop(keys: str, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shutil.copytree(fixtures.path("shop.toml").parent, shop)
    card = shop / "shop.toml"
    card.write_text(card.read_text(encoding="utf-8") + f'\n[keys]\nset = "{keys}"\n', "utf-8")
    by_hand = typed(await filmed(read(KEYS), staging=Staging(plug, card=card)))
    assert by_hand == {type(step.deed) for step in read(KEYS).steps if step.deed is not None}


async def test_what_cannot_be_typed_now_is_done_directly_and_refused_as_it_should_be() -> None:
    steps = "- expect_refused: {calculate: null, reason: not_now}\n- scan: '11101'"
    player = await filmed(read(steps))
    assert player.record.result().verdict is Verdict.PASSED
    assert [kind.__name__ for kind in player.by_hand] == ["Scan"]
