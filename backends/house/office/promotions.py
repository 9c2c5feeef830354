"""Promotions: switched on and off, and their numbers changed, in the rules file."""

from collections.abc import Iterator, Mapping
from datetime import date

from backends.house.accounts import DB
from backends.house.office import words
from backends.house.office.change import Change
from backends.house.office.drawer import Deed, Drawer, Given, column, fact, facts, gone
from backends.house.office.words import label
from backends.house.rules import Kind as PromotionKind
from backends.house.rules import Promotion
from backends.house.rules_file import RuleEdit, Written
from cashier.i18n import _
from cashier.office import Action, Column, Field, Kind, Record, Row, Value, Wrong

MOST_MONEY = 10**10
_NUMBERS: dict[str, tuple[Kind, int]] = {
    "percent": (Kind.PERCENT, 10_000),
    "amount": (Kind.MONEY, MOST_MONEY),
    "price": (Kind.MONEY, MOST_MONEY),
    "points": (Kind.POINTS, MOST_MONEY),
    "unit": (Kind.MONEY, MOST_MONEY),
    "take": (Kind.COUNT, 1000),
    "pay": (Kind.COUNT, 1000),
    "quantity": (Kind.COUNT, 100),
}
"""What can be changed by hand, how it is written, and the most that it may be."""
_OF_KIND: dict[PromotionKind, tuple[str, ...]] = {
    PromotionKind.PERCENT: ("percent",),
    PromotionKind.AMOUNT: ("amount",),
    PromotionKind.PRICE: ("price",),
    PromotionKind.N_FOR_M: ("take", "pay"),
    PromotionKind.THRESHOLD: ("percent", "amount"),
    PromotionKind.GIFT: ("quantity",),
    PromotionKind.BONUS: ("percent", "points"),
    PromotionKind.PRINT: (),
    PromotionKind.ROUND: ("unit",),
}


class Promotions(Drawer):
    id = "promotions"

    def title(self) -> str:
        return _("Promotions")

    def columns(self) -> tuple[Column, ...]:
        return (
            column("name"),
            column("kind", 18),
            column("value", 12),
            column("until", 12, Kind.DAY, extra=True),
            column("status", 10),
        )

    def rows(self, db: DB) -> Iterator[Row]:
        del db  # they stand in the rules
        for spec in self.club.rules.promotion:
            cells = (
                str(spec.name),
                words.promotion_kind(spec.kind),
                words.gives(spec),
                spec.when.until,
                words.on_or_off(on=not spec.off),
            )
            yield Row(spec.id, cells, f"{spec.id}\n{spec.when.coupon}", quiet=spec.off)

    def record(self, db: DB, key: str) -> Record:
        del db  # they stand in the rules
        spec = self._spec(key)
        when = spec.when
        goods = [*when.groups, *when.skus, *(f"− {one}" for one in when.except_groups)]
        goods += [f"− {one}" for one in when.except_skus]
        return Record(
            str(spec.name),
            facts(
                fact("status", words.on_or_off(on=not spec.off)),
                fact("kind", words.promotion_kind(spec.kind)),
                *(fact(name, getattr(spec, name), _NUMBERS[name][0]) for name in _numbers(spec)),
                fact("goods", ", ".join(goods)),
                fact("minimum", when.minimum or None, Kind.MONEY),
                fact("pieces", when.pieces or None, Kind.COUNT),
                fact("since", when.since, Kind.DAY),
                fact("until", when.until, Kind.DAY),
                fact("hours", when.hours),
                fact("weekdays", ", ".join(words.weekday(one) for one in when.weekdays)),
                fact("levels", ", ".join(str(self.club.level(one).name) for one in when.levels)),
                fact("code", when.coupon or spec.coupon),
                fact("priority", spec.priority or None, Kind.COUNT),
                fact("summable", _("yes") if spec.summable else None),
            ),
            actions=(
                Action("on", _("Switch on")) if spec.off else Action("off", _("Switch off")),
                Action("change", _("Change numbers and days"), _fields(spec)),
            ),
        )

    def _spec(self, key: str) -> Promotion:
        for spec in self.club.rules.promotion:
            if spec.id == key:
                return spec
        raise gone(key)

    def deeds(self) -> Mapping[str, Deed]:
        return {"on": self._on, "off": self._off, "change": self._change}

    def _on(self, change: Change, key: str, given: Given) -> None:
        del given  # nothing is asked
        self._switch(change, key, on=True)

    def _off(self, change: Change, key: str, given: Given) -> None:
        del given  # nothing is asked
        self._switch(change, key, on=False)

    def _switch(self, change: Change, key: str, *, on: bool) -> None:
        spec = self._spec(key)
        change.about["name"] = str(spec.name)
        change.rules.append(RuleEdit("promotion", key, ("off",), None if on else Written("true")))
        change.note("status", words.on_or_off(on=not spec.off), words.on_or_off(on=on))

    def _change(self, change: Change, key: str, given: Given) -> None:
        spec = self._spec(key)
        since, until = given["since"], given["until"]
        if isinstance(since, date) and isinstance(until, date) and until < since:
            raise Wrong("until", _("The last day is before the first."))
        change.about["name"] = str(spec.name)
        for field in _fields(spec):
            value = given[field.id]
            if value == field.value:
                continue
            path = (field.id,) if field.id in _NUMBERS else ("when", field.id)
            change.rules.append(RuleEdit("promotion", key, path, _written(field.kind, value)))
            change.note(field.id, field.value, value, field.kind)


def _numbers(spec: Promotion) -> list[str]:
    """Of a percent or a sum only the one that it has."""
    names = _OF_KIND[spec.kind]
    return [name for name in names if getattr(spec, name)]


def _fields(spec: Promotion) -> tuple[Field, ...]:
    fields = [
        Field(
            name,
            label(name),
            _NUMBERS[name][0],
            getattr(spec, name),
            required=True,
            least=1,
            most=_NUMBERS[name][1],
        )
        for name in _numbers(spec)
    ]
    when, threshold = spec.when, spec.kind is PromotionKind.THRESHOLD
    fields += [
        Field(
            "minimum",
            label("minimum"),
            Kind.MONEY,
            when.minimum or None,
            required=threshold,
            least=1,
            most=MOST_MONEY,
            hint=_("may be left empty"),
        ),
        Field("since", label("since"), Kind.DAY, when.since, hint=_("may be left empty")),
        Field("until", label("until"), Kind.DAY, when.until, hint=_("may be left empty")),
    ]
    return tuple(fields)


def _written(kind: Kind, value: Value) -> Written | None:
    """As it stands in a rules file."""
    if isinstance(value, date):
        return Written(value.isoformat())
    if not isinstance(value, int):
        return None
    if kind is Kind.COUNT:
        return Written(str(value))
    whole, rest = divmod(value, 100)
    return Written(f'"{whole}.{rest:02d}"' if rest else str(whole))
