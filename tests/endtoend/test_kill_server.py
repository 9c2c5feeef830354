"""kill -9 of the Rarus server at any moment: what it has answered is there when it is back.

What it was doing then is there whole or not at all, and may be said again.
"""

import hashlib
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import httpx

from backends.exact_json import json_bytes, read_json

KILLS = 60 if os.environ.get("CASHIER_LONG") else 6
SOONEST, LATEST = 3, 30
"""Deeds that are answered before the server is killed."""
BORIS = "2900000000025"
PATIENCE = 30


@dataclass
class Books:
    """What the server has said that it has."""

    cards: set[str] = field(default_factory=set)
    goods: set[str] = field(default_factory=set)
    users: set[str] = field(default_factory=set)
    sales: dict[str, Decimal] = field(default_factory=dict)
    """Earned points by document."""
    movements: set[str] = field(default_factory=set)
    holds: set[str] = field(default_factory=set)


class Client:
    """Signed in; does one thing after another, each under an id of its own."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=PATIENCE)
        password = hashlib.sha1(b"secret", usedforsecurity=False).hexdigest()
        body = {"login": "till", "password": password, "role": "organization"}
        told = self.http.post("/sign_in", json=body).json()
        self.http.headers["token"] = told["token"]
        self.boris: dict[str, Any] = self.get(f"card?barcode={BORIS}")["cards"][0]

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_trouble: object) -> None:
        self.http.close()

    def get(self, path: str) -> dict[str, Any]:
        return _whole(self.http.get(f"/organization/{path}"))

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        return _whole(self.http.post(f"/organization/{path}", content=json_bytes(body)))

    def do(self, number: int, books: Books) -> None:
        """The deed of this number; said twice it is one."""
        name, boris = f"n{number}", self.boris["id"]
        match number % 6:
            case 0:
                self.post("transaction/add", id=name, card_id=boris, sum=1)
                books.movements.add(name)
            case 1:
                row = {"line_number": 1, "article": "10101", "quantity": 1, "price": 100}
                told = self.post(
                    "process_bonus",
                    operation_type="sale",
                    card_id=boris,
                    doc_id=name,
                    cheque_items=[row | {"summ": 100}],
                )
                books.sales[name] = Decimal(told["bonus_earned"])
            case 2:
                users = [{"id": name, "name": name, "cards": [{"id": f"c{name}", "barcode": name}]}]
                self.post("cardsandusers/upload", users=users)
                books.users.add(name)
            case 3:
                card = {"id": f"c{name}", "barcode": name, "balance": 5}
                answer = self.http.post("/organization/card/add", json=card)
                assert answer.status_code in (200, 400), answer.text  # it may be there already
                books.cards.add(name)
            case 4:
                self.post("assortment/batch/add", assortment=[{"id": name, "name": name}])
                books.goods.add(name)
            case _:
                self.post("hold/add", id=name, card_id=boris, sum=1, duration=86_400)
                books.holds.add(name)

    def check(self, books: Books, balance: Decimal) -> None:
        """All of it is there, and all points."""
        for name in books.users:
            assert self.get(f"user/{name}")["user"]["name"] == name
            assert self.get(f"card/c{name}")["card"]["user_id"] == name
        for name in books.cards:
            card = self.get(f"card/c{name}")["card"]
            assert (card["barcode"], card["balance"]) == (name, 5)
        for name in books.goods:
            assert self.get(f"assortment/get?id={name}")["assortment"]["name"] == name
        for name, earned in books.sales.items():
            (sale,) = self.get(f"sale_info?doc_id={name}")["sales"]
            assert sale["bonus_earned"] == earned
        for name in books.holds:
            assert self.get(f"hold/{name}")["hold"]["sum"] == 1
        moved = len(books.movements) + sum(books.sales.values())
        assert self.get(f"card/{self.boris['id']}")["card"]["balance"] == balance + moved


def _whole(answer: httpx.Response) -> dict[str, Any]:
    told: dict[str, Any] = read_json(answer.content)
    assert answer.status_code == 200, told
    return told


@contextmanager
def serving(data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The real program, and its address; it is killed at the end."""
    code = "import sys; from cashier.cli import main; sys.exit(main())"
    argv = [sys.executable, "-c", code, "serve", "rarus", "--port", "0", "--lang", "en"]
    process = subprocess.Popen(
        [*argv, "--data", str(data)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout
    try:
        line = process.stdout.readline()
        assert "http://" in line, line + process.stdout.read()
        yield process, line.split()[-1]
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def test_what_was_answered_outlives_the_server(tmp_path: Path) -> None:
    books, dice, done, happened = Books(), Random(7), 0, Counter[str]()
    balance: Decimal | None = None
    for _kill in range(KILLS):
        with serving(tmp_path) as (process, url), Client(url) as client:
            if balance is None:
                balance = Decimal(client.boris["balance"])
            else:
                client.do(done, books)  # what was being done when it died, once more
                done += 1
            client.check(books, balance)
            last = done + dice.randint(SOONEST, LATEST)
            while done < last:
                client.do(done, books)
                done += 1
            killed = threading.Timer(dice.random() / 50, process.kill)
            killed.start()
            try:
                while True:
                    client.do(done, books)
                    done += 1
            except httpx.TransportError as error:
                happened[type(error).__name__] += 1
            killed.join()
    with serving(tmp_path) as (_process, url), Client(url) as client:
        client.do(done, books)
        assert balance is not None
        client.check(books, balance)
    assert sum(happened.values()) == KILLS
