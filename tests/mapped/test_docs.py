"""The page for integrators is true: its mapping grows and sells, its examples load, it is whole."""

import json
import re
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from mapped.flows import Over, stand_over
from mapped.services import LOGIN, PASSWORD, voucher_app, voucher_client
from pydantic import BaseModel
from serving import served
from stand import Stand

from backends.exact_json import read_json
from backends.house import HouseBackend
from backends.mapped import MappedBackend, file
from backends.mapped.answers import FEEDBACK
from backends.mapped.functions import KEPT, OURS, Surroundings
from backends.mapped.language import compiled
from backends.mapped.loading import NEEDS, UNMAPPED, parse_mapping
from backends.mapped.scope import Scope
from backends.mapped.trying import try_mapping
from cashier import commands as do
from cashier import exchange as ex
from cashier import receipt as rc
from cashier.cli import main
from cashier.clock import Clock
from cashier.errors import ConfigError
from cashier.methods import METHODS
from cashier.money import ONE
from cashier.shop import Loyalty

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {name: (DOCS / name).read_text("utf-8") for name in ("mapping.md", "mapping.ru.md")}
PAGE = PAGES["mapping.md"]
BASE = {
    "service": '[service]\nname = "Base"\ncan = []\n',
    "save_sale": '[save_sale]\nanswer = "{earned: `0`}"\n',
}
MORE = "# more of [parts]\n"


@dataclass(frozen=True)
class Block:
    language: str
    text: str
    step: str
    """The heading that it stands under."""

    @property
    def table(self) -> str:
        """The name of its first table."""
        found = re.search(r"^\[+([\w.]+)\]", self.text, re.MULTILINE)
        return found[1] if found else ""


def blocks(page: str) -> list[Block]:
    found, heading = [], ""
    for part in re.split(r"(^```\w*\n.*?^```$)", page, flags=re.MULTILINE | re.DOTALL):
        if part.startswith("```"):
            language, _newline, text = part.removesuffix("```").partition("\n")
            found.append(Block(language.removeprefix("```"), text, heading))
        else:
            for title in re.findall(r"^##+ (.*)$", part, flags=re.MULTILINE):
                heading = title
    return found


BLOCKS = blocks(PAGE)
STEPS = list(dict.fromkeys(one.step for one in BLOCKS if re.match(r"\d\. ", one.step)))


def grown(until: str) -> str:
    """The mapping of the first hour, as it is at the end of a step."""
    tables: dict[str, str] = {}
    for one in BLOCKS:
        if one.step not in STEPS[: STEPS.index(until) + 1] or one.language != "toml":
            continue
        if one.text.startswith(MORE):
            tables["parts"] += one.text
        elif one.table != "loyalty":
            tables[one.table] = one.text
    return "\n".join(tables.values())


@pytest.mark.parametrize("step", STEPS[1:])
def test_the_mapping_is_whole_after_every_step(
    step: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "my.toml"
    path.write_text(grown(step), "utf-8")
    assert main(["mapping", "try", str(path), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert not re.search(r"^[?!]", said, re.MULTILINE), said
    for shown in (one for one in BLOCKS if one.step == step and one.language == "console"):
        command, *rows = shown.text.strip().splitlines()
        arguments = command.removeprefix("$ cashier ").replace("my.toml", str(path)).split()
        assert main([*arguments, "--lang", "en"]) == 0
        told = iter(capsys.readouterr().out.splitlines())
        for row in rows:
            assert any(row.strip().rstrip(",") == one.strip().rstrip(",") for one in told), row


async def test_the_mapping_of_the_first_hour_sells_and_returns(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(grown(STEPS[-1]), "utf-8")
    async with stand_over(_over(path)) as stand:
        await stand.do(do.Scan("2900000000018"), do.Scan("4600000000015", 3 * ONE))
        await stand.do(do.ApplyCoupon("SPRING10"), do.Calculate(), do.PayPoints(3000))
        await stand.do(do.TakeTender(rc.TenderKind.CASH))
        settled, number = stand.receipt.settled, stand.receipt.number
        assert settled and (settled.spent, settled.pending) == (3000, False)
        assert len({given.source for line in stand.receipt.lines for given in line.discounts}) > 1
        await stand.do(do.FindSale(number=number), do.ReturnLine(1, ONE), do.Refund())
        back = stand.receipt.settled
        assert back and back.given_back > 0 and back.taken_back > 0
        await _by_phone(stand)


async def _by_phone(stand: Stand) -> None:
    await stand.do(do.Identify(rc.Identifier(rc.IdentifierKind.PHONE, "+79001234502")))
    await stand.do(do.EnterCode(stand.code), do.AddGoods("10401", 3 * ONE), do.Calculate())
    await stand.do(do.PayPoints(40_000))
    await stand.do(do.EnterCode(stand.code), do.TakeTender(rc.TenderKind.CARD))
    settled = stand.receipt.settled
    assert settled and settled.spent == 40_000


def _over(path: Path) -> Over:
    @asynccontextmanager
    async def over(house: HouseBackend, clock: Clock) -> AsyncIterator[MappedBackend]:
        async with served(voucher_app(house, clock)) as url:
            mapped = MappedBackend.make(path, {**_card_options(), "url": url}, clock=clock)
            yield mapped
            await mapped.close()

    return over


def _card_options() -> dict[str, Any]:
    """As the shop card of the page has them, but for what stands in the environment."""
    text = next(one.text for one in BLOCKS if one.table == "loyalty")
    loyalty = Loyalty.model_validate(tomllib.loads(text)["loyalty"])
    assert loyalty.system == "mapped"
    assert loyalty.options["login"] == LOGIN
    return {**loyalty.options, "password": PASSWORD}


def test_an_ability_without_its_table_is_told_as_the_page_says() -> None:
    (said,) = (one.text.strip() for one in BLOCKS if one.language == "text")
    whole = grown(STEPS[5])
    without = whole.replace(whole[whole.index("[points]") : whole.index("[reserve]")], "")
    with pytest.raises(ConfigError, match=re.escape(said.partition("field ")[2])):
        parse_mapping(without, "my.toml")


OTHERS = [one for one in BLOCKS if one.language == "toml" and one.step not in STEPS]


@pytest.mark.parametrize("one", OTHERS, ids=lambda one: one.step)
def test_every_other_example_loads_and_can_be_tried(one: Block, tmp_path: Path) -> None:
    missing = [text for name, text in BASE.items() if f"[{name}]" not in one.text]
    path = tmp_path / "example.toml"
    path.write_text("\n".join([*missing, one.text]), "utf-8")
    assert try_mapping(path).ok


async def test_the_service_answers_as_the_page_says() -> None:
    told = [read_json(one.text.encode()) for one in BLOCKS if one.language == "json"]
    async with voucher_client() as service:
        for number, wanted in (("2900000000018", told[1]), ("29", told[2])):
            answer = await service.post("/v1/lookups", json={"by": "card", "value": number})
            assert answer.json() == wanted


@pytest.mark.parametrize("page", PAGES)
def test_json_on_the_page_is_json(page: str) -> None:
    told = [one.text for one in blocks(PAGES[page]) if one.language == "json"]
    assert told
    for text in told:
        read_json(text.encode())


def test_both_languages_have_the_same_examples() -> None:
    english, russian = ([_bare(one) for one in blocks(page)] for page in PAGES.values())
    assert english == russian


def _bare(one: Block) -> tuple[str, str]:
    return one.language, re.sub(r"\s+#.*", "", one.text)


# --- nothing is left out


@pytest.mark.parametrize("page", PAGES)
def test_every_field_of_the_file_is_told(page: str) -> None:
    kinds = [
        one for one in vars(file).values() if isinstance(one, type) and issubclass(one, BaseModel)
    ]
    names = {
        field.alias or name
        for kind in kinds
        if kind.__module__ in (file.__name__, ex.__name__)
        for name, field in kind.model_fields.items()
    }
    assert {"http", "undoes", "attach", "reasons", "find_sale", "register"} <= names
    assert not {name for name in names if not re.search(rf"[`\[]{name}[`.\]]", PAGES[page])}


@pytest.mark.parametrize("page", PAGES)
def test_every_word_that_may_stand_in_the_file_is_told(page: str) -> None:
    words = {one.value for kind in (ex.Reason, ex.Login, ex.ConfirmBy, ex.AttachOn) for one in kind}
    words |= {one.name.lower() for one in NEEDS if one.name}
    words |= METHODS.keys() - UNMAPPED
    assert not {word for word in words if not re.search(rf"[`\[]{word}[`\]]", PAGES[page])}
    for ability, needs in NEEDS.items():
        told = ", ".join(f"`{name}`" for name in needs)
        assert f"| `{(ability.name or '').lower()}` | {told} |" in PAGES[page]


@pytest.mark.parametrize("page", PAGES)
def test_every_function_is_told_as_it_is_used(page: str) -> None:
    section = PAGES[page]
    assert not {one.usage for one in OURS.values() if f"`{one.usage}`" not in section}
    assert not {name for name in KEPT if f"`{name}(" not in section}
    told = set(re.findall(r"^\| `(\w+)\(", section, re.MULTILINE))
    assert told <= {*OURS, *KEPT}


@pytest.mark.parametrize("page", PAGES)
def test_every_root_name_is_told(page: str) -> None:
    names = ("request", "context", "opening", "options", "settings", "session", "now", "status",
             "headers", "body", "sent", "item")  # fmt: skip
    assert not {name for name in names if not re.search(rf"^\|[^|]*`{name}`", PAGES[page], re.M)}


EXAMPLES = [
    (page, row[0] or row[1], row[2])
    for page, text in PAGES.items()
    for row in re.findall(r"\| (?:`` (.*?) ``|`([^`]*)`) → `([^`]*)` \|", text)
]


@pytest.mark.parametrize(("page", "expression", "value"), EXAMPLES)
def test_every_example_of_a_function_is_true(page: str, expression: str, value: str) -> None:
    scope = Scope({}, Surroundings(now=datetime.fromisoformat("2026-03-03T10:00:00+03:00")))
    wanted = json.loads(value, parse_float=Decimal)
    assert scope.value(compiled(expression.replace("\\|", "|"))) == wanted


def test_most_functions_have_an_example() -> None:
    shown = {name for _page, text, _value in EXAMPLES for name in re.findall(r"(\w+)\(", text)}
    assert {*OURS, *KEPT} - shown <= {
        "hmac_sha256", "table", "part", "root", "ceil", "avg", "min", "sort", "lower", "trim",
        "ends_with", "max_by", "sort_by", "values", "sha1", "sha256", "seconds", "from_ms",
    }  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", [one for one in METHODS if one not in UNMAPPED])
def test_what_is_asked_and_answered_is_told(name: str, page: str) -> None:
    method: Any = METHODS[name]
    rows = [one for one in PAGES[page].splitlines() if one.startswith(f"| `{name}` | ")]
    _empty, _name, asked, answered, _end = rows[-1].split("|")
    for field in method.request.model_fields:
        assert f"`{field}`" in asked, field
    whole = answered + PAGES[page]
    for kind in _kinds(method.answer):
        for field in set(_names(kind)) - FEEDBACK:
            assert re.search(rf"`{field}\??`", whole if field in SHARED else answered), field


SHARED = {
    # of a confirmation, told once for all; of a sale that is settled
    "challenge", "channel", "masked", "seconds", "attempts", "outcome",
    *(one.name for one in fields(rc.Settled)),
}  # fmt: skip


def _kinds(answer: Any) -> list[Any]:
    """The models in the type of an answer."""
    if answer is None:
        return []
    if isinstance(answer, type) and (issubclass(answer, BaseModel) or is_dataclass(answer)):
        return [answer]
    return [kind for one in getattr(answer, "__args__", ()) for kind in _kinds(one)]


def _names(kind: Any) -> list[str]:
    if is_dataclass(kind):
        return [one.name for one in fields(kind)]
    return list(kind.model_fields)


@pytest.mark.parametrize("page", PAGES)
def test_every_field_of_a_receipt_is_told(page: str) -> None:
    things: dict[str, Any] = {
        "`receipt`": rc.Receipt, "`buyer`": rc.Buyer, "`customer`": rc.Customer,
        "`identifier`": rc.Identifier, "`applied`": rc.Applied, "`of`": rc.SaleRef,
        "sku": rc.Line, "source": rc.Discount, "may_earn": rc.Card, "tenders": rc.Receipt,
        "reference": rc.Tender, "skus": rc.Gift, "valid_until": rc.PrintedCoupon,
    }  # fmt: skip
    rows = [one for one in PAGES[page].splitlines() if one.startswith("| ")]
    for mark, kind in things.items():
        names = _names(kind)
        assert any(
            mark.strip("`") in row and all(re.search(rf"`{name}\??`", row) for name in names)
            for row in rows
        ), (mark, names)
