"""The back office over a shop counter, with its rules in a file."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from house.counter import BASE, Counter

from backends.house import HouseBackend
from backends.house.rules_file import RulesFile
from cashier.clock import counted_ids
from cashier.errors import CashierError
from cashier.office import Office, Record, Row, Value, office_of

WHO = "Olga"
RULES = """# My rules: kept by hand.
""" + BASE.replace("earn = 5\n", "earn = 5   # as in every shop\n")
RULES += """
# --- promotions ---

[[promotion]]
id = "bread"
kind = "percent"
name = "Bread day"        # the name
percent = 10              # of the price
[promotion.when]
groups = ["bread"]
until = 2027-12-31        # the last day

# milk costs less
[[promotion]]
id = "milk"
kind = "price"
name = "Milk"
price = "69.90"
[promotion.when]
groups = ["milk"]

# --- coupons ---
[[promotion]]
id = "spring"
kind = "amount"
name = "Spring"
amount = 5
[promotion.when]
coupon = "spring"

[[promotion]]
id = "gift"
kind = "amount"
name = "Gift"
amount = 7
[promotion.when]
coupon = "gift"

[[coupon]]
id = "spring"             # on posters
kind = "reusable"
name = "Spring code"
codes = ["SPRING"]

[[coupon]]
id = "gift"
kind = "one_time"
name = "Gift coupon"
exemplars = [{ code = "G1" }]
"""


class Desk:
    """Somebody at the back office of a counter."""

    def __init__(self, folder: Path, data: Path | None = None) -> None:
        self.path = folder / "rules.toml"
        if not self.path.exists():
            self.path.write_text(RULES)
        file = RulesFile.open(self.path, folder / "data" / "loyalty.toml")
        self.file = file
        self.counter = Counter(file.rules)
        self.counter.house = HouseBackend(
            data,
            file.rules,
            clock=self.counter.clock,
            ids=counted_ids(),
            phone=self.counter.phone.append,
            rules_file=file,
        )
        office = office_of(self.counter.house)
        assert office is not None
        self.office: Office = office

    def do(self, section: str, record: str, action: str, **values: str) -> str:
        return self.office.do(section, record, action, values, WHO)

    def refused(self, section: str, record: str, action: str, **values: str) -> str:
        """The action must be refused, and change nothing."""
        before = self.everything()
        with pytest.raises(CashierError) as caught:
            self.do(section, record, action, **values)
        assert self.everything() == before
        return str(caught.value)

    def undo(self) -> str:
        """The last change that can be undone."""
        last = next(entry for entry in self.office.log() if entry.undoable)
        return self.office.undo(last.id, WHO)

    def not_undone(self, entry: int | None = None) -> str:
        """Undoing must be refused, and change nothing."""
        before = self.everything()
        chosen = entry or next(one.id for one in self.office.log() if one.undoable)
        with pytest.raises(CashierError) as caught:
            self.office.undo(chosen, WHO)
        assert self.everything() == before
        return str(caught.value)

    def everything(self) -> object:
        """All that the office shows, its log and the rules file."""
        return self.listed(), list(self.office.log()), self.path.read_text()

    def listed(self) -> list[list[Row]]:
        return [self.rows(section.id) for section in self.office.sections()]

    def everything_but_movements(self) -> object:
        """What undoing puts back whole."""
        sections = [one.id for one in self.office.sections() if one.id != "movements"]
        return [self.rows(section) for section in sections], self.path.read_text()

    def rows(self, section: str, text: str = "") -> list[Row]:
        return list(self.office.rows(section, text))

    def one(self, section: str, text: str) -> Row:
        (row,) = self.rows(section, text)
        return row

    def record(self, section: str, record: str) -> Record:
        return self.office.record(section, record)

    def facts(self, section: str, record: str) -> dict[str, Value]:
        return {one.label: one.value for one in self.record(section, record).facts}

    def balance(self, customer: str) -> int:
        value = self.facts("customers", customer)["Points"]
        assert isinstance(value, int)
        return value

    def possible(self, section: str, record: str) -> Sequence[str]:
        return [action.id for action in self.record(section, record).actions]
