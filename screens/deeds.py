"""What the cashier can press: one list from which keys, key bar, help and palette are made.

``N_`` marks a text for the translators; it is translated when it is shown.
"""

from typing import NamedTuple

from textual.binding import Binding


def N_(text: str) -> str:  # noqa: N802 - the word of gettext for a text translated later
    return text


class Deed(NamedTuple):
    """Something a key does. It is lit while one of the commands it needs is allowed."""

    id: str
    keys: str
    """Names of keys as Textual knows them, the best one first."""
    label: str
    """At most 11 letters: it stands on the key bar."""
    help: str
    needs: tuple[str, ...] = ()
    """Names of command classes (importing those would delay the first paint); empty: always."""
    stage: str = ""
    """``sale``, ``return``, ``idle`` or ``code``: whose key it is while none of its slot is lit."""

    @property
    def key(self) -> str:
        return self.keys.split(",", 1)[0]

    @property
    def slot(self) -> int:
        """The function key that it lies on; 0: it has no place on the key bar."""
        return int(self.key[1:]) if self.key[0] == "f" and self.key[1:].isdigit() else 0

    @property
    def binding(self) -> Binding:
        return Binding(self.keys, f"deed('{self.id}')", self.help, show=False, id=self.id)


DEEDS = (
    Deed("help", "f1,alt+1", N_("Help"), N_("Show all keys")),
    Deed(
        "customer",
        "f2,alt+2",
        N_("Customer"),
        N_("Give the customer's card, phone or e-mail; change or remove the customer"),
        ("Identify",),
    ),
    Deed(
        "coupon",
        "f3,alt+3",
        N_("Coupon"),
        N_("Apply a coupon or promo code, or remove one"),
        ("ApplyCoupon",),
    ),
    Deed(
        "return",
        "f4,alt+4",
        N_("Return"),
        N_("Return goods: by receipt number, or card and day"),
        ("FindSale",),
    ),
    Deed(
        "new_code",
        "f5,alt+5",
        N_("New code"),
        N_("Send the customer a new confirmation code"),
        ("ResendCode",),
        stage="code",
    ),
    Deed(
        "points",
        "f5,alt+5",
        N_("Points"),
        N_("Spend the customer's points on this receipt"),
        ("PayPoints", "UndoPoints"),
        stage="sale",
    ),
    Deed(
        "reprint",
        "f5,alt+5,ctrl+r",
        N_("Reprint"),
        N_("Show and print the last slip again"),
        ("Reprint",),
        stage="idle",
    ),
    Deed("slip", "f6,alt+6,ctrl+s", N_("Show slip"), N_("Look at the last slip"), stage="idle"),
    Deed(
        "quantity",
        "f6,alt+6",
        N_("Quantity"),
        N_("Change the quantity of the selected line, else of the last one"),
        ("SetQuantity",),
        stage="sale",
    ),
    Deed(
        "return_line",
        "f6,alt+6",
        N_("This line"),
        N_("Return all that is left of the selected line"),
        ("ReturnLine",),
        stage="return",
    ),
    Deed(
        "void",
        "f7,alt+7",
        N_("Void line"),
        N_("Take the selected line off the receipt, else the last one"),
        ("VoidLine",),
        stage="sale",
    ),
    Deed(
        "keep_line",
        "f7,alt+7",
        N_("Not this"),
        N_("Do not return the selected line"),
        ("ReturnLine",),
        stage="return",
    ),
    Deed(
        "calculate",
        "f8,alt+8,ctrl+t",
        N_("Total"),
        N_("Ask the loyalty system for the prices and show the total"),
        ("Calculate",),
        stage="sale",
    ),
    Deed(
        "goods",
        "f8,alt+8,ctrl+t",
        N_("To goods"),
        N_("Go back to the goods; money is given back"),
        ("BackToGoods",),
        stage="sale",
    ),
    Deed(
        "return_all",
        "f8,alt+8,ctrl+a",
        N_("All"),
        N_("Return everything that is left"),
        ("ReturnAll",),
        stage="return",
    ),
    Deed(
        "cash", "f9,alt+9", N_("Cash"), N_("Take cash"), ("TakeTender", "Calculate"), stage="sale"
    ),
    Deed(
        "refund_cash",
        "f9,alt+9",
        N_("In cash"),
        N_("Give the money back in cash"),
        ("Refund",),
        stage="return",
    ),
    Deed(
        "card",
        "f10,alt+0,ctrl+k",
        N_("Bank card"),
        N_("Take what is due by bank card"),
        ("TakeTender", "Calculate"),
        stage="sale",
    ),
    Deed(
        "refund_card",
        "f10,alt+0,ctrl+k",
        N_("To card"),
        N_("Give the money back to the card"),
        ("Refund",),
        stage="return",
    ),
    Deed("why", "f11,ctrl+w", N_("Why price"), N_("Explain the price of the selected line")),
    Deed(
        "plug",
        "f12,ctrl+n",
        N_("Connection"),
        N_("Pull the plug of the loyalty system, or put it back"),
        ("SetConnection",),
    ),
    Deed("repeat", "ctrl+d", N_("Repeat"), N_("Sell the last line once more"), ("RepeatLine",)),
    Deed("gift", "ctrl+g", N_("Gift"), N_("Choose a gift that is on offer"), ("AddGoods",)),
    Deed(
        "forget",
        "ctrl+b",
        N_("No customer"),
        N_("Take the customer off the receipt"),
        ("ForgetBuyer",),
    ),
    Deed(
        "upgrade",
        "ctrl+l",
        N_("Level"),
        N_("Ask for the next level of the card"),
        ("UpgradeLevel",),
    ),
    Deed(
        "undo_money",
        "ctrl+u",
        N_("Money back"),
        N_("Give back the money taken so far"),
        ("UndoTenders",),
    ),
    Deed("cancel", "ctrl+x", N_("Cancel"), N_("Cancel the whole receipt"), ("CancelReceipt",)),
    Deed("deliver", "ctrl+e", N_("Send"), N_("Send what waits in the queue now"), ("Deliver",)),
    Deed("quit", "ctrl+q", N_("Quit"), N_("Close the till; an open receipt is kept")),
)

BY_ID = {deed.id: deed for deed in DEEDS}


def key_name(key: str) -> str:
    """'ctrl+t' as it is printed on keys: 'Ctrl+T'."""
    return "+".join(
        part.upper() if len(part) == 1 else part.capitalize() for part in key.split("+")
    )
