"""The wire of the voucher service, as tables: its names on the left, ours on the right.

Invented (*emulated*). Money, points and counts are decimal text ("12.50"), times ISO 8601 with an
offset.
"""

from backends.vouchers.naming import Day, Flag, Many, Number, OneOf, Table, Text, Time, Whole
from cashier.exchange import Reason

REASONS: dict[Reason, str] = {
    Reason.NOT_FOUND: "unknown",
    Reason.EXPIRED: "expired",
    Reason.NOT_YET_VALID: "too_early",
    Reason.USED_UP: "used",
    Reason.WRONG_CUSTOMER: "not_yours",
    Reason.WRONG_SHOP: "other_shop",
    Reason.WRONG_GOODS: "other_goods",
    Reason.MINIMUM_NOT_REACHED: "basket_too_small",
    Reason.NOT_COMBINABLE: "not_together",
    Reason.BLOCKED: "locked",
    Reason.LIMIT_EXCEEDED: "over_the_limit",
    Reason.WRONG_CODE: "bad_code",
    Reason.TOO_MANY_ATTEMPTS: "no_tries_left",
    Reason.ALREADY_PROCESSED: "done_before",
    Reason.OTHER: "refused",
}
"""How the service calls each reason."""


TEXT, LONG, WHOLE, FLAG, TIME, DAY = Text(), Text(20_000), Whole(), Flag(), Time(), Day()
MONEY, COUNT, SPENT = Number(2), Number(3), Number(2)
SIGNED = POINTS = Number(2, below_zero=True)

# --- who buys

BY = OneOf(card="card", phone="phone", email="email", voucher="coupon", app="app")
CONTACT = OneOf(phone="phone", email="email")
CHANNEL = OneOf(phone="phone", email="email", none="none")
STATE = OneOf(active="active", blocked="blocked", dormant="inactive")
MEMBER = Table({
    "id": ("customer_id", TEXT), "name": TEXT,
    "contact.phone?": ("phone", TEXT), "contact.email?": ("email", TEXT),
})  # fmt: skip
CARD = Table({
    "number": TEXT, "tier?": ("level", TEXT), "state?": ("status", STATE),
    "rights.earn?": ("may_earn", FLAG), "rights.spend?": ("may_spend", FLAG),
    "points.total?": ("balance", POINTS), "points.usable?": ("available", POINTS),
})  # fmt: skip
BUYER = Table({
    "by": ("identifier.kind", BY), "value": ("identifier.value", TEXT),
    "member?": ("customer", MEMBER), "card?": CARD, "declined?": FLAG,
})  # fmt: skip
PROOF = Table({"challenge": TEXT, "code": TEXT})
CHALLENGE = Table({
    "id": ("challenge", TEXT), "via": ("channel", CHANNEL), "sent_to": ("masked", TEXT),
    "seconds": WHOLE, "tries": ("attempts", WHOLE),
})  # fmt: skip
TIER = Table({
    "name": ("level", TEXT), "reachable": ("possible", FLAG), "reached": ("done", FLAG),
    "text": TEXT,
})  # fmt: skip

# --- what is said beside the prices

AUDIENCE = OneOf(cashier="cashier", member="customer", receipt="slip")
NOTICE = Table({"audience": ("to", AUDIENCE), "text": LONG})
PRINTED = Table({"code": TEXT, "title": TEXT, "text?": LONG, "valid_until?": TIME})

# --- a basket is a receipt

KIND = OneOf(
    promotion="promotion", voucher="coupon", tier="level", points="points", manual="hand"
)  # fmt: skip
REDUCTION = Table({
    "kind": ("source", KIND), "rule": TEXT, "title": ("name", TEXT), "sum": ("amount", MONEY),
    "why?": TEXT, "by?": ("system", TEXT),
})  # fmt: skip
ROW = Table({
    "row": ("number", WHOLE), "goods.id": ("sku", TEXT), "goods.title": ("name", TEXT),
    "goods.group?": ("group", TEXT), "goods.barcode?": ("code", TEXT),
    "goods.unit?": ("unit", OneOf(pc="pc", kg="kg")),
    "count": ("quantity", COUNT), "price": MONEY, "sum": ("amount", MONEY), "lowest?": MONEY,
    "reductions?": ("discounts", Many(REDUCTION, 100)), "refund_of?": ("sale_line", WHOLE),
    "certificate?": TEXT, "deposit?": FLAG,
})  # fmt: skip
VOUCHER = Table({"code": TEXT, "title?": ("name", TEXT), "checked?": ("verified", FLAG)})
PAYMENT = Table({
    "kind": OneOf(cash="cash", card="card", certificate="certificate"),
    "sum": ("amount", SIGNED), "reference?": TEXT,
})  # fmt: skip
PRICED = Table({"earns?": ("earn", POINTS), "offline?": FLAG})
SALE = Table({"id": ("receipt_id", TEXT), "number": TEXT, "sold_at": TIME})
RESULT = Table({
    "points.earned": ("earned", POINTS), "points.spent": ("spent", POINTS),
    "points.returned": ("given_back", POINTS), "points.revoked": ("taken_back", POINTS),
    "points.total?": ("balance", POINTS), "points.usable?": ("available", POINTS),
    "tier.reached?": ("level", TEXT), "tier.next?": ("next_level", TEXT),
    "tier.missing?": ("to_next_level", SIGNED),
    "notices?": ("messages", Many(NOTICE)), "vouchers?": ("to_print", Many(PRINTED)),
})  # fmt: skip
BASKET = Table({
    "id": ("receipt_id", Text(200)), "kind?": OneOf(sale="sale", refund="return"),
    "opened_at": TIME, "closed_at?": TIME, "shop?": TEXT, "till?": TEXT, "cashier?": TEXT,
    "number?": TEXT, "shift?": WHOLE, "buyer?": BUYER, "rows?": ("lines", Many(ROW)),
    "vouchers?": ("coupons", Many(VOUCHER, 100)), "points?": ("spend", SPENT), "hold?": TEXT,
    "payments?": ("tenders", Many(PAYMENT, 100)), "rounding?": SIGNED,
    "priced?": ("applied", PRICED), "reference?": ("context", LONG), "sale?": ("of", SALE),
    "result?": ("settled", RESULT),
})  # fmt: skip

# --- what is said of a basket

SPLIT = Table({"row": ("number", WHOLE), "sum": ("amount", MONEY)})
COUNTED = Table({"row": ("number", WHOLE), "count": ("quantity", COUNT)})
PRICES = Table({"row": ("number", WHOLE), "reductions": ("discounts", Many(REDUCTION))})
GIFT = Table({
    "rule": TEXT, "title": ("name", TEXT), "goods": ("skus", Many(TEXT)),
    "count": ("quantity", COUNT),
})  # fmt: skip
QUOTE = Table({
    "rows": ("lines", Many(PRICES)), "earns": ("earn", POINTS), "gifts": Many(GIFT),
    "notices": ("messages", Many(NOTICE)), "vouchers": ("to_print", Many(PRINTED)),
    "split": ("distribution", Many(SPLIT)), "reference": ("context", LONG),
})  # fmt: skip
BECAUSE = Table({"name": TEXT, "text": TEXT, "sum": ("most", MONEY)})
LIMITS = Table({
    "points.total": ("balance", POINTS), "points.usable": ("available", POINTS),
    "points.spendable": ("spendable", POINTS), "because": ("limits", Many(BECAUSE)),
    "rows": ("lines", Many(SPLIT)), "closed_rows": ("excluded", Many(WHOLE)),
    "code_needed": ("must_confirm", FLAG),
})  # fmt: skip
FOUND_SALE = Table({"basket": ("receipt", BASKET), "refunded": ("returned", Many(COUNTED))})
