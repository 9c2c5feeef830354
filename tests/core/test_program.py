"""The command line imports only what is called for, and knows every command that there is."""

import argparse
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from cashier import cli
from cashier.cli import program


def test_every_command_has_its_module() -> None:
    found: dict[str, str] = {}
    for path in sorted(Path(cli.__file__).parent.glob("*.py")):
        if "\ndef add_to(" not in path.read_text(encoding="utf-8"):
            continue
        module = import_module(f"cashier.cli.{path.stem}")
        commands = argparse.ArgumentParser().add_subparsers()
        module.add_to(commands, argparse.ArgumentParser(add_help=False))
        found.update(dict.fromkeys(commands.choices, path.stem))
    assert found == program.PARTS


def modules_after(*words: str) -> set[str]:
    code = (
        "import sys; from cashier.cli import program; "
        "program._parser(program._wanted(sys.argv[1:])); print(*sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
    )
    return {name for name in told.stdout.split() if name.startswith("cashier.cli.")}


def test_the_till_brings_no_other_command() -> None:
    only = {"cashier.cli.program", "cashier.cli.till", "cashier.cli.place"}
    assert modules_after() == only
    assert modules_after("--lang", "en", "--large", "--data", "x") == only
    assert "cashier.cli.run" in modules_after("--lang", "en", "run", "x.yaml")


def test_help_knows_all(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program.main(["--help"])
    told = capsys.readouterr().out
    assert all(f"    {command} " in told for command in program.PARTS)


def test_a_word_that_is_no_command_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program.main(["rnu"])
    assert "choose from" in capsys.readouterr().err


def test_what_is_common_may_stand_before_the_command_or_after_it() -> None:
    for words in (["--lang", "en", "--data", "x", "run"], ["run", "--data", "x", "--lang", "en"]):
        chosen = program._parser(["run"]).parse_args(words)
        assert (chosen.lang, chosen.data, chosen.shop) == ("en", "x", None)
