"""Every mistake in a mapping is told when it is loaded, with file, line and field."""

import re
from pathlib import Path

import pytest
from mapped.services import RARUS, VOUCHERS

from backends.mapped.file import MappingFile
from backends.mapped.loading import NEEDS, UNMAPPED, load_mapping, parse_mapping
from backends.mapped.plan import Mapping
from cashier.errors import ConfigError
from cashier.exchange import Can
from cashier.methods import METHODS

SMALL = """\
[service]
name = "Small"
can = ["coupons"]
headers.Authorization = "session.token"
[options.shop_id]
default = ""
[tables.kinds]
cash = "CASH"
[parts]
line = "{n: number}"
lines = "request.receipt.lines[].part('line', @)"
[sign_in]
http = "POST /login"
body = { login = "options.login" }
session = "{token: body.token}"
[[refused]]
code = "body.code"
[identify]
answer = "{outcome: 'not_found'}"
[check_coupon]
answer = "{code: request.code}"
[[check_coupon.step]]
name = "coupon"
http = "GET /coupons/{request.code}"
[save_sale]
answer = \"\"\"
{
    earned: hundredths(body.earned)
}
\"\"\"
[[save_sale.step]]
http = "POST /sales"
[save_sale.step.body]
id = "request.operation_id"
lines = "part('lines')"
"""


def load(text: str) -> Mapping:
    return parse_mapping(text, "small.toml")


def complaints(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(text)
    return str(caught.value).split("\n")


def test_the_small_mapping_is_fine() -> None:
    mapping = load(SMALL)
    assert list(mapping.methods) == ["identify", "check_coupon", "save_sale"]


def line_of(text: str, wanted: str) -> int:
    return next(n for n, row in enumerate(text.split("\n"), 1) if wanted in row)


MISTAKES = {
    # what was, what stands there now, where (a piece of the row), which field, why
    "a misspelt name": ("request.operation_id", "request.operation", "request.operation\"",
                        "save_sale.step.1.body.id", "did you mean operation_id?"),
    "a misspelt field of a line": ("{n: number}", "{n: nmber}", "{n: nmber}", "parts.line",
                                   "did you mean number?"),
    "a misspelt option": ("options.login", "options.logn", "options.logn", "sign_in.body.login",
                          "did you mean login?"),
    "a misspelt session": ("session.token\"", "session.tokne\"", "session.tokne",
                           "service.headers.Authorization", "did you mean token?"),
    "text without its quotes": ("\"request.operation_id\"", "\"cash\"", "id = \"cash\"",
                                "save_sale.step.1.body.id", "written 'cash'"),
    "an unknown function": ("hundredths(body.earned)", "hundreds(body.earned)", "hundreds",
                            "save_sale.answer", "there is no function hundreds()"),
    "a broken expression": ("\"body.code\"", "\"body.\"", "\"body.\"", "refused.1.code",
                            "it ends too early"),
    "an unknown part": ("part('lines')", "part('liens')", "part('liens')",
                        "save_sale.step.1.body.lines", "there is no part liens"),
    "a part before the one it needs": ("line = \"{n: number}\"", "line = \"part('lines')\"",
                                       "line = \"part", "parts.line", "there is no part lines"),
    "an unknown table": ("body.code", "table('kind', body.code)", "table('kind'", "refused.1.code",
                         "there is no table kind"),
    "a table by a name worked out": ("body.code", "table(body.code, 'a')", "table(body",
                                     "refused.1.code", "a name in quotes"),
    "an unknown field": ("name = \"coupon\"", "nmae = \"coupon\"", "nmae",
                         "check_coupon.step.1.nmae", "unknown field"),
    "an unknown method": ("[check_coupon]", "[check_cuopon]", "[check_cuopon]", "check_cuopon",
                          "unknown field"),
    "no call": ("POST /sales", "PUSH /sales", "PUSH", "save_sale.step.1.http", "form"),
    "a path with a hole": ("GET /coupons/{request.code}", "GET /coupons/{request.code",
                           "GET /coupons", "check_coupon.step.1.http", "braces"),
    "an ability nobody has": ("\"coupons\"", "\"coupon\"", "can =", "service.can.1",
                              "expected one of: register"),
    "feedback, which no mapping has": ("\"coupons\"", "\"feedback\"", "can =", "service.can.1",
                                       "expected one of"),
    "an ability without its method": ("\"coupons\"", "\"spend\"", "can =", "service.can",
                                      "spend needs the table points"),
    "a name taken": ("name = \"coupon\"", "name = \"request\"", "name = \"request\"",
                     "check_coupon.step.1.name", "something else"),
    "an option that all have": ("[options.shop_id]", "[options.login]", "[options.login]",
                                "options.login", "every shop card"),
    "a refusal that never says why": ("code = \"body.code\"", "text = \"body.text\"", "[[refused]]",
                                      "refused.1", "expected a reason"),
    "an unknown reason": ("code = \"body.code\"", "reason = \"sold\"", "reason =",
                          "refused.1.reason", "expected"),
    "no answer": ("answer = \"{code: request.code}\"", "", "[check_coupon]", "check_coupon.answer",
                  "required"),
    "a number for a text": ("http = \"POST /sales\"", "http = 5", "http = 5",
                            "save_sale.step.1.http", "expected text"),
    "done without an answer": ("name = \"coupon\"", "done = \"body.x\"", "[[check_coupon.step]]",
                               "check_coupon.step.1.answer", "go together"),
    "a body of a step that sends nothing": ("http = \"GET /coupons/{request.code}\"",
                                            "body = \"request.code\"", "body = \"request.code",
                                            "check_coupon.step.1.body", "needs a call"),
    "both a body and a form": ("http = \"POST /login\"", "http = \"POST /login\"\nform = {}",
                               "form =", "sign_in.form", "not both"),
    "an undoing of nothing": ("name = \"coupon\"", "undoes = \"coupon\"", "undoes",
                              "check_coupon.step.1.undoes", "no step coupon"),
    "infinity": ("login = \"options.login\"", "login = inf", "login = inf", "sign_in.body.login",
                 "expected a number"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_line_and_field(name: str) -> None:
    was, now, where, field, why = MISTAKES[name]
    assert was in SMALL
    text = SMALL.replace(was, now)
    told = complaints(text)
    line = line_of(text, where)
    wanted = f"small.toml, line {line}, field {field}: "
    assert any(one.startswith(wanted) and why in one for one in told), told


def test_all_mistakes_are_told_at_once() -> None:
    text = SMALL.replace("options.login", "options.logn").replace("body.earned", "requst.x")
    assert len(complaints(text)) == 2


def test_a_long_text_names_the_row_in_it() -> None:
    text = SMALL.replace("    earned: hundredths(body.earned)", "    earned: `0`,\n    x: wrong(a)")
    assert complaints(text)[0].startswith(
        f"small.toml, line {line_of(text, 'wrong(a)')}, field save_sale.answer: "
    )


def test_save_sale_is_always_needed() -> None:
    text = SMALL.split("[save_sale]", maxsplit=1)[0]
    assert any("every system saves sales" in one for one in complaints(text))


@pytest.mark.parametrize("text", ["", "   ", "[service", "\x00", "a = 1", "[[service]]"])
def test_what_is_no_mapping_is_told(text: str, tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=re.escape(str(path))):
        load_mapping(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load_mapping(tmp_path / "mapping.toml")


def test_every_method_of_the_exchange_may_be_mapped() -> None:
    fields = {field.alias or name for name, field in MappingFile.model_fields.items()}
    assert METHODS.keys() - UNMAPPED <= fields


def test_every_ability_says_what_it_needs() -> None:
    assert NEEDS.keys() == set(Can) - {Can.FEEDBACK}
    assert {name for names in NEEDS.values() for name in names} <= METHODS.keys()


def test_fractions_in_a_template_stay_exact() -> None:
    mapping = load(SMALL.replace('login = "options.login"', "rate = 0.1"))
    assert mapping.sign_in is not None
    assert "Decimal('0.1')" in repr(mapping.sign_in.wire.body)


def test_the_examples_have_all_that_a_till_asks() -> None:
    needed = METHODS.keys() - {"certificate", "cancel_sale", *UNMAPPED}
    assert load_mapping(VOUCHERS).methods.keys() >= needed
    assert load_mapping(RARUS).methods.keys() >= needed
