"""What of the demo there is to scan: cards, phones and coupons, as the rules file seeds them.

Read from the rules, never from the data: who registered later is a person, not a sample.
"""

from collections.abc import Iterator

from backends.house.rules import CardRule, CardSeed, Coupon, CustomerSeed, Rules
from cashier.i18n import _, ngettext
from cashier.sheets.sample import Sample, SampleKind


def samples(rules: Rules) -> tuple[Sample, ...]:
    return (*_cards(rules), *_apps(rules), *_phones(rules), *_coupons(rules))


# --- people


def _cards(rules: Rules) -> Iterator[Sample]:
    for customer in rules.customer:
        for card in customer.card:
            yield Sample(SampleKind.CARD, card.number, str(customer.name), _about(rules, card))
    for card in rules.nobodys:
        note = ", ".join((_about(rules, card), _("a card of nobody")))
        yield Sample(SampleKind.CARD, card.number, note=note)
    for number in rules.free_cards:
        yield Sample(SampleKind.CARD, number, note=_("a new card to be handed out"))


def _about(rules: Rules, card: CardSeed) -> str:
    """Level, and why the card is not like others."""
    level = next((one for one in rules.level if one.id == card.level), rules.level[0])
    trouble = {
        CardRule.ACTIVE: "",
        CardRule.NO_SPEND: _("earning only"),
        CardRule.BLOCKED: _("blocked"),
        CardRule.INACTIVE: _("not active"),
    }[card.status]
    return ", ".join(part for part in (str(level.name), trouble) if part)


def _apps(rules: Rules) -> Iterator[Sample]:
    """The app of a customer shows the number of his first card."""
    for customer in rules.customer:
        for card in customer.card[:1]:
            yield Sample(SampleKind.APP, card.number, str(customer.name), _about(rules, card))


def _phones(rules: Rules) -> Iterator[Sample]:
    for customer in rules.customer:
        if customer.phone:
            yield Sample(SampleKind.PHONE, customer.phone, str(customer.name), _how_many(customer))


def _how_many(customer: CustomerSeed) -> str:
    count = len(customer.card)
    return ngettext("{n} card", "{n} cards", count).format(n=count) if count > 1 else ""


# --- coupons


def _coupons(rules: Rules) -> Iterator[Sample]:
    owners = {customer.id: str(customer.name) for customer in rules.customer}
    for coupon in rules.coupon:
        name, terms = str(coupon.name), list(_terms(coupon))
        for code in coupon.codes:
            yield Sample(SampleKind.PROMO, code, name, ", ".join(terms))
        for span in coupon.ranges:
            yield Sample(SampleKind.COUPON, span.first, name, ", ".join(terms))
        for one in coupon.exemplars:
            more = [
                _("only for {name}").format(name=owners.get(one.customer, one.customer))
                if one.customer
                else "",
                _("used already") if one.used else "",
                _("blocked") if one.blocked else "",
            ]
            note = ", ".join([*terms, *(part for part in more if part)])
            yield Sample(SampleKind.COUPON, one.code, name, note)


def _terms(coupon: Coupon) -> Iterator[str]:
    """What a demo wants to show of a coupon besides that it works."""
    if coupon.blocked:
        yield _("blocked")
    if coupon.starts_in_days is not None and coupon.starts_in_days > 0:
        yield _("not valid yet")
    if coupon.ends_in_days is not None and coupon.ends_in_days <= 0:
        yield _("expired")
    if coupon.known_only or coupon.per_customer:
        yield _("needs a customer")
    if not coupon.combinable:
        yield _("not with other coupons")
    if coupon.shops:
        yield _("only in shop {shops}").format(shops=", ".join(coupon.shops))
