"""What the office says: the names of things, and a sentence for every kind of change."""

from collections.abc import Mapping
from typing import Any

from backends.house import words
from backends.house.rules import CardRule, CouponKind, Kind, Promotion, Weekday
from cashier.i18n import _, ngettext


def label(name: str) -> str:
    """The name of a field or a column."""
    return {
        "amount": _("Amount off"),
        "at": _("When"),
        "available": _("Available"),
        "balance": _("Points"),
        "birthdate": _("Birthday"),
        "buyer": _("Customer"),
        "card": _("Card"),
        "code": _("Code"),
        "count": _("How many"),
        "discount": _("Discounts"),
        "earned": _("Earned"),
        "email": _("E-mail"),
        "ends": _("Last day"),
        "given_back": _("Given back"),
        "goods": _("Goods"),
        "hours": _("Hours"),
        "kind": _("Kind"),
        "left": _("Left"),
        "level": _("Level"),
        "levels": _("Levels"),
        "minimum": _("From a sum of"),
        "moved": _("Points"),
        "name": _("Name"),
        "note": _("Reason"),
        "number": _("Number"),
        "pay": _("Pieces to pay"),
        "percent": _("Percent"),
        "phone": _("Phone"),
        "pieces": _("From so many pieces"),
        "points": _("Points"),
        "prefix": _("Begins with"),
        "price": _("Price"),
        "printed_by": _("Printed by receipt"),
        "priority": _("Priority"),
        "quantity": _("Quantity"),
        "receipt": _("Receipt"),
        "returned": _("Came back"),
        "since": _("First day"),
        "spent": _("Spent"),
        "starts": _("First day"),
        "status": _("Status"),
        "summable": _("Always sums"),
        "take": _("Pieces taken"),
        "taken_back": _("Taken back"),
        "total": _("Total"),
        "turnover": _("Bought in all"),
        "unit": _("Round down to"),
        "until": _("Last day"),
        "used": _("Used"),
        "value": _("Gives"),
        "weekdays": _("Days of the week"),
        "why": _("What for"),
        "days": _("Live so many days"),
    }[name]


def sentence(action: str, about: Mapping[str, Any]) -> str:
    """What was done."""
    if action == "undo":
        return _("Undone: {what}").format(what=sentence(about["action"], about["about"]))
    if action == "coupons.series":
        text = ngettext(
            "{n} coupon of kind {name} made: {first} to {last}",
            "{n} coupons of kind {name} made: {first} to {last}",
            about["n"],
        )
        return text.format(**about)
    template = {
        "customers.add": _("Customer {name} was added"),
        "customers.change": _("Customer {name} was changed"),
        "customers.attach": _("Card {card} was given to {name}"),
        "customers.give": _("{points} points were given to {name}"),
        "customers.take": _("{points} points were taken from {name}"),
        "cards.block": _("Card {name} was blocked"),
        "cards.unblock": _("Card {name} works again"),
        "cards.level": _("Card {name} has another level"),
        "lots.until": _("Points of {name} live until another day"),
        "promotions.on": _("Promotion {name} was switched on"),
        "promotions.off": _("Promotion {name} was switched off"),
        "promotions.change": _("Promotion {name} was changed"),
        "coupons.block": _("Coupon {name} was blocked"),
        "coupons.unblock": _("Coupon {name} holds again"),
    }[action]
    shown = dict(about)
    if "points" in shown:
        shown["points"] = words.points(shown["points"])
    return template.format(**shown)


def card_status(status: CardRule) -> str:
    return {
        CardRule.ACTIVE: _("active"),
        CardRule.NO_SPEND: _("earns only"),
        CardRule.BLOCKED: _("blocked"),
        CardRule.INACTIVE: _("not active"),
    }[status]


def movement(why: str) -> str:
    """What a movement of points was for."""
    return {
        "seed": _("there from the start"),
        "earn": _("earned"),
        "welcome": _("for registering"),
        "burn": _("burnt"),
        "spend": _("spent"),
        "take_back": _("taken back after a return"),
        "return_undone": _("a return was undone"),
        "give_back": _("given back after a return"),
        "offset": _("covers what was below zero"),
        "given": _("given by hand"),
        "taken": _("taken by hand"),
        "undone": _("undone by hand"),
    }.get(why, why)


def coupon_kind(kind: CouponKind) -> str:
    return {
        CouponKind.REUSABLE: _("reusable"),
        CouponKind.ONE_TIME: _("one-time"),
        CouponKind.PRINTED: _("printed by the till"),
    }[kind]


def promotion_kind(kind: Kind) -> str:
    return {
        Kind.PERCENT: _("percent off"),
        Kind.AMOUNT: _("sum off each"),
        Kind.PRICE: _("special price"),
        Kind.N_FOR_M: _("several for less"),
        Kind.THRESHOLD: _("from a sum"),
        Kind.GIFT: _("gift"),
        Kind.BONUS: _("more points"),
        Kind.PRINT: _("prints a coupon"),
        Kind.ROUND: _("rounding"),
    }[kind]


def weekday(day: Weekday) -> str:
    return {
        Weekday.MON: _("Mon"),
        Weekday.TUE: _("Tue"),
        Weekday.WED: _("Wed"),
        Weekday.THU: _("Thu"),
        Weekday.FRI: _("Fri"),
        Weekday.SAT: _("Sat"),
        Weekday.SUN: _("Sun"),
    }[day]


def gives(spec: Promotion) -> str:
    """What a promotion gives, in a few letters."""
    if spec.kind is Kind.N_FOR_M:
        return f"{spec.take} → {spec.pay}"
    if spec.kind is Kind.GIFT:
        return f"+ {spec.quantity}"
    if spec.kind is Kind.PRINT:
        return spec.coupon
    if spec.percent:
        return f"{words.percents(spec.percent)} %"
    if spec.kind is Kind.BONUS:
        return "+ " + words.points(spec.points)
    return words.money({Kind.PRICE: spec.price, Kind.ROUND: spec.unit}.get(spec.kind, -spec.amount))


def on_or_off(*, on: bool) -> str:
    return _("on") if on else _("off")
