"""Sets everything up and starts it: needs Python 3.11 or newer and a package index.

    python3 start.py              open the till in the demo shop
    python3 start.py check        lint, format, types, import contracts, tests
    python3 start.py check --long the same with the full dose of kill and soak tests
    python3 start.py check --shop my-shop.toml    `cashier check`: grades a loyalty system

Anything else is handed to the till: `python3 start.py --lang en`, `python3 start.py reset`.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")

CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports",),
    ("pytest", "-n", "auto", "--maxprocesses", "4", "--dist", "worksteal"),
)


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036  (this is where a newcomer is told)
        print("Python 3.11 or newer is needed, this is", sys.version.split()[0], file=sys.stderr)
        return 2
    checking = arguments[:1] == ["check"] and not _of_a_shop(arguments)
    set_up("dev" if checking else "")
    if checking:
        return check(arguments[1:])
    return subprocess.call([BIN / "cashier", *arguments])


def _of_a_shop(arguments: list[str]) -> bool:
    """`cashier check` has the same name; it is always about a shop."""
    return any(one.startswith(("--shop", "--cards")) for one in arguments)


def set_up(extra: str) -> None:
    """A virtual environment with the project in it; made anew when pyproject.toml changes."""
    stamp = VENV / f"installed-{extra or 'till'}"
    text = (ROOT / "pyproject.toml").read_bytes() + sys.version.encode()
    wanted = hashlib.sha256(text).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    print("Setting up, once ...", file=sys.stderr, flush=True)
    if not (BIN / "python").exists() and not (BIN / "python.exe").exists():
        venv.create(VENV, with_pip=True)
    project = f"{ROOT}[{extra}]" if extra else str(ROOT)
    pip = [BIN / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--editable", project], check=True)
    stamp.write_text(wanted)


def check(arguments: list[str]) -> int:
    """Every check in turn; the first that fails ends it."""
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    if "--long" in arguments:
        environment["CASHIER_LONG"] = "1"
        arguments = [argument for argument in arguments if argument != "--long"]
    for tool, *rest in CHECKS:
        more = arguments if tool == "pytest" else []
        print("==", tool, *rest, *more, flush=True)
        done = subprocess.run([BIN / tool, *rest, *more], cwd=ROOT, env=environment, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
