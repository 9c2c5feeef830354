"""The program's name, its language, and the command that was chosen."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from cashier import i18n
from cashier.cli import till
from cashier.errors import CashierError
from cashier.i18n import _

PARTS = {
    "reset": "till",
    "slip": "past",
    "journal": "past",
    "outbox": "past",
    "report": "past",
    "display": "beside",
    "office": "beside",
    "pin": "beside",
    "sheets": "beside",
    "run": "run",
    "play": "play",
    "lesson": "lesson",
    "results": "results",
    "watch": "watch",
    "explore": "explore",
    "check": "check",
    "compare": "compare",
    "exchanges": "exchanges",
    "bugreport": "exchanges",
    "mapping": "mapping",
    "coupons": "coupons",
    "serve": "serve",
    "backoffice": "backoffice",
    "chain": "chain",
}
"""Commands, with the modules that know them: only what is called for is imported, for the till is
to be painted soon."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 fine, 2 something is wrong with what was given."""
    i18n.set_language(_wished_language())
    words = sys.argv[1:] if arguments is None else list(arguments)
    chosen = _parser(_wanted(words)).parse_args(words)
    i18n.set_language(chosen.lang or _language_of(chosen.shop))
    try:
        code: int = chosen.run(chosen)
        sys.stdout.flush()
    except CashierError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:  # 'cashier journal | head': nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _wanted(words: Sequence[str]) -> list[str]:
    """The modules whose commands these words may mean: none for the till itself, all for somebody
    who asks for help, or for a command that is none."""
    found = [PARTS[word] for word in words if word in PARTS]
    if found:
        return list(dict.fromkeys(found))
    before = ["", *words]
    plain = (
        word.startswith("-") or option.startswith("-")
        for option, word in zip(before, words, strict=False)
    )
    if all(plain) and not {"-h", "--help"} & set(words):
        return []
    return list(dict.fromkeys(PARTS.values()))


def _parser(parts: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cashier",
        description=_("A till in the terminal that speaks to any loyalty system."),
        parents=[_common(None)],
    )
    till.add_options(parser)
    commands = parser.add_subparsers(metavar=_("COMMAND"))
    beneath = _common(argparse.SUPPRESS)  # what is left out there was perhaps said before
    for name in parts:
        import_module(f"cashier.cli.{name}").add_to(commands, beneath)
    return parser


def _common(default: str | None) -> argparse.ArgumentParser:
    """What every command understands, before its name or after it."""
    common = argparse.ArgumentParser(add_help=False, argument_default=default)
    common.add_argument("--shop", metavar="FILE", help=_("shop card (the demo shop if left out)"))
    common.add_argument("--data", metavar="FOLDER", help=_("where the till keeps its data"))
    common.add_argument("--lang", choices=i18n.LANGUAGES, help=_("language"))
    return common


def _wished_language() -> str:
    """Before the shop card is known: the language of the user's system."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "ru" if value.startswith("ru") else "en"
    return "en"


def _language_of(shop: str | None) -> str:
    """A quick look into the shop card; what is wrong with it is said when it is read."""
    if shop is None:
        return "ru"  # the demo shop, unless --lang asks for the English one
    import tomllib

    try:
        text = Path(shop).expanduser().read_text(encoding="utf-8")
        language = tomllib.loads(text).get("language", "ru")
    except (OSError, ValueError):
        return i18n.language()
    return str(language)
