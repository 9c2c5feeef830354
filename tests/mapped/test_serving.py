"""``cashier serve``: the real program, over real HTTP, until it is interrupted."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from cashier.cli import main


@contextmanager
def served(folder: Path, system: str, *more: str) -> Iterator[tuple[str, list[str]]]:
    """Its address, and what it says at the start; interrupted at the end."""
    command = [sys.executable, "-m", "cashier.cli", "serve", system, "--port", "0", "--lang", "en"]
    process = subprocess.Popen(
        [*command, "--data", str(folder), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said = [process.stdout.readline().strip()]
    try:
        found = re.search(r"http://\S+", said[0])
        assert found, process.communicate(timeout=10)
        said += [process.stdout.readline().strip() for _row in range(3)]
        yield found[0], said
    finally:
        process.send_signal(signal.SIGINT)
        _out, trouble = process.communicate(timeout=20)
    assert (process.returncode, trouble) == (0, "")


def session(url: str, password: str) -> int:
    told = {"login": "till", "password": password}
    return httpx.post(f"{url}/v1/sessions", json=told, trust_env=False).status_code


def test_a_server_is_started_says_where_it_is_and_ends(tmp_path: Path) -> None:
    with served(tmp_path, "vouchers") as (url, said):
        assert session(url, "secret") == 201
        assert session(url, "wrong") == 401
        assert said[1] == "login till, password: secret"
        assert said[2] == f"its data last in {tmp_path / 'server-vouchers'}"
        refused = subprocess.run(
            [sys.executable, "-m", "cashier.cli", "serve", "vouchers", "--data", str(tmp_path)],
            capture_output=True,
            check=False,
        )
        assert refused.returncode == 2, "another one works on the same data"


def test_a_password_that_is_given_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TILL_PASSWORD", "p4ss w0rd")
    with served(tmp_path, "vouchers", "--password", "env:TILL_PASSWORD") as (url, said):
        assert session(url, "p4ss w0rd") == 201
        assert "p4ss" not in "\n".join(said)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("nobody",), "There is no server nobody; known are: "),
        (("vouchers", "--host", "0.0.0.0"), "Others can reach 0.0.0.0: give a password."),  # noqa: S104
        (
            ("vouchers", "--host", "no.such.host.example", "--password", "x"),
            "cannot be listened on",
        ),
        (("vouchers", "--password", "env:NOTHING_HERE"), "NOTHING_HERE"),
        (("vouchers", "--rules", "nowhere.toml"), "nowhere.toml"),
    ],
)
def test_what_cannot_be_served_is_told(
    arguments: tuple[str, ...], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", *arguments, "--data", str(tmp_path), "--lang", "en"]) == 2
    assert why in capsys.readouterr().err


def test_a_port_that_is_taken_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["serve", "vouchers", "--port", port, "--data", str(tmp_path)]) == 2
    assert f"127.0.0.1:{port}" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_is_none_is_told(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "vouchers", "--port", port])
    assert "--port" in capsys.readouterr().err
