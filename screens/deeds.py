"""What the cashier can press: one list from which keys, key bar, help and palette are made.

``N_`` marks a text for the translators; it is translated when it is shown.
"""

from typing import NamedTuple

from cashier.key_names import key_name as key_name  # one of the words of this file


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
    """``sale``, ``return``, ``idle``, ``closed`` or ``code``: whose key it is while none of its
    slot is lit."""
    menu: str = ""
    """``shift`` or ``more``: the menu that shows it as well."""

    @property
    def key(self) -> str:
        return self.own[0]

    @property
    def own(self) -> tuple[str, ...]:
        """The keys it comes with."""
        return tuple(self.keys.split(","))

    @property
    def slots(self) -> tuple[int, ...]:
        """The function keys it comes with: its places on the key bar; none: it has no place."""
        return tuple(int(key[1:]) for key in self.own if key[0] == "f" and key[1:].isdigit())


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
        stage="idle",
    ),
    Deed(
        "hold",
        "f4,alt+4,alt+h",
        N_("Hold"),
        N_("Put the receipt aside and serve the next customer"),
        ("SuspendReceipt",),
        stage="sale",
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
        "recall",
        "f7,alt+7,alt+u",
        N_("Held"),
        N_("Go on with a receipt that was put aside"),
        ("RecallReceipt",),
        stage="idle",
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
        "check_price",
        "f8,alt+8,ctrl+y",
        N_("Price"),
        N_("Ask for a price without selling"),
        ("CheckPrice",),
        stage="idle",
        menu="more",
    ),
    Deed(
        "cash", "f9,alt+9", N_("Cash"), N_("Take cash"), ("TakeTender", "Calculate"), stage="sale"
    ),
    Deed(
        "open_shift",
        "f9,alt+9",
        N_("Open shift"),
        N_("Open the shift: how much money is in the drawer"),
        ("OpenShift",),
        stage="closed",
    ),
    Deed(
        "shift",
        "f9,alt+9",
        N_("Shift"),
        N_("Reports, money in and out of the drawer, close the shift"),
        ("CloseShift",),
        stage="idle",
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
    Deed("more", "f10,alt+0,f11,ctrl+o", N_("More"), N_("Everything else that can be done now")),
    Deed(
        "plug",
        "f12,ctrl+n",
        N_("Connection"),
        N_("Pull the plug of the loyalty system, or put it back"),
        ("SetConnection",),
    ),
    Deed(
        "line_discount",
        "alt+d",
        N_("Discount"),
        N_("Discount by hand on the selected line, else on the whole receipt"),
        ("GiveDiscount",),
        menu="more",
    ),
    Deed(
        "certificate",
        "alt+c",
        N_("Certificate"),
        N_("Pay with a gift certificate, or ask what is left on it"),
        ("CheckCertificate",),
        menu="more",
    ),
    Deed(
        "favourites",
        "ctrl+f",
        N_("Quick keys"),
        N_("Bags and the goods that were scanned last"),
        ("AddGoods",),
        menu="more",
    ),
    Deed(
        "free_return",
        "alt+r",
        N_("No receipt"),
        N_("Return goods without a receipt"),
        ("ReturnGoods",),
        menu="more",
    ),
    Deed(
        "x_report",
        "alt+x",
        N_("X report"),
        N_("How the shift stands; changes nothing"),
        ("Report",),
        menu="shift",
    ),
    Deed("cash_in", "alt+i", N_("Cash in"), N_("Put money in"), ("CashIn",), menu="shift"),
    Deed("cash_out", "alt+o", N_("Cash out"), N_("Take money out"), ("CashOut",), menu="shift"),
    Deed(
        "count",
        "alt+n",
        N_("Count"),
        N_("Count the money in the drawer"),
        ("CountDrawer",),
        menu="shift",
    ),
    Deed(
        "drawer",
        "alt+k",
        N_("Drawer"),
        N_("Open the drawer without a sale"),
        ("OpenDrawer",),
        menu="shift",
    ),
    Deed(
        "close_shift",
        "alt+z",
        N_("Close shift"),
        N_("Z report, and the end of the shift"),
        ("CloseShift",),
        menu="shift",
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
    Deed(
        "card_terminal",
        "alt+t",
        N_("Terminal"),
        N_("What the simulated card terminal answers"),
        ("SetCardTerminal",),
        menu="more",
    ),
    Deed(
        "printer",
        "alt+p",
        N_("Printer"),
        N_("Give the simulated printer some trouble, or end it"),
        ("SetPrinter",),
        menu="more",
    ),
    Deed(
        "print_waiting",
        "alt+w",
        N_("Print"),
        N_("Print the slips that wait for the printer"),
        ("PrintWaiting",),
        menu="more",
    ),
    Deed(
        "barcodes",
        "alt+g",
        N_("Barcodes"),
        N_("Show barcodes of goods, cards and coupons, to be scanned"),
        menu="more",
    ),
    Deed(
        "office",
        "alt+q",
        N_("Back office"),
        N_("Customers, points, promotions, coupons"),
        ("OpenOffice",),
        menu="more",
    ),
    Deed(
        "training",
        "alt+y",
        N_("Training"),
        N_("Begin or end training mode"),
        ("SwitchTraining",),
        menu="more",
    ),
    Deed(
        "paper",
        "alt+l",
        N_("Paper"),
        N_("See the paper of the simulated printer, or put it away"),
        menu="more",
    ),
    Deed(
        "faults",
        "alt+m",
        N_("Faults"),
        N_("What goes wrong on purpose between the till and the loyalty system"),
        ("SetFault", "ClearFaults"),
        menu="more",
    ),
    Deed(
        "outbox",
        "alt+j",
        N_("Queue"),
        N_("What the loyalty system has not got yet, and what it refused"),
        ("SendAgain", "CloseEntry"),
        menu="more",
    ),
    Deed(
        "exchanges",
        "alt+s",
        N_("Said"),
        N_("What is said to the loyalty system: beside the receipt, then on the whole screen"),
        menu="more",
    ),
    Deed(
        "chain",
        "ctrl+f10",
        N_("Chain"),
        N_("The chain of loyalty systems: what each makes of the price, and other orders"),
        menu="more",
    ),
    Deed(
        "coupon_way",
        "ctrl+f8",
        N_("Coupon way"),
        N_("Follow a coupon between tills, shop servers and the centre"),
        menu="more",
    ),
    Deed(
        "save_scenario",
        "ctrl+f9",
        N_("Scenario"),
        N_("Save this receipt as a scenario: to be run again, shown or taught"),
        menu="more",
    ),
    Deed("keys", "alt+e", N_("Keys"), N_("Change the keys"), menu="more"),
    Deed("tour", "alt+a", N_("Tour"), N_("Three minutes that show the till"), menu="more"),
    Deed("deliver", "ctrl+e", N_("Send"), N_("Send what waits in the queue now"), ("Deliver",)),
    Deed("quit", "ctrl+q", N_("Quit"), N_("Close the till; an open receipt is kept")),
)

BY_ID = {deed.id: deed for deed in DEEDS}
