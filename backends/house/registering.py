"""Register, attach a card, go up a level: what changes who somebody is."""

from backends.house import accounts, codes, people, words
from backends.house.accounts import DB
from backends.house.club import Club, done_before, remember
from backends.house.people import CardRow
from backends.house.rules import CardRule
from cashier.exchange import (
    AttachCardRequest,
    AttachOn,
    ConfirmationRequired,
    ConfirmBy,
    Found,
    Login,
    Reason,
    Refused,
    Registered,
    RegisterRequest,
    Upgrade,
    UpgradeRequest,
)
from cashier.i18n import _
from cashier.receipt import Customer


def register(club: Club, request: RegisterRequest) -> Registered | ConfirmationRequired:
    rules = club.settings.registration
    if rules.confirm_by is ConfirmBy.NONE:
        return enrol(club, request)
    phone, email, subject = _names(club, request)
    with club.store.reading() as db:
        known = done_before(db, request.operation_id, "register", subject, Registered)
        if known is not None:
            return known
        _check(club, db, request, phone, email)
    to = phone if rules.confirm_by is ConfirmBy.PHONE else email
    if request.confirmation is None:
        return codes.send(club, f"register:{subject}", rules.confirm_by, to)
    codes.confirm(club, f"register:{subject}", request.confirmation)
    return enrol(club, request)


def enrol(club: Club, request: RegisterRequest) -> Registered:
    """Nobody asks for a code, or he told it."""
    phone, email, subject = _names(club, request)
    with club.store.changing() as db:
        known = done_before(db, request.operation_id, "register", subject, Registered)
        if known is not None:
            return known
        _check(club, db, request, phone, email)
        answer = _registered(club, db, request, phone, email)
        remember(db, request.operation_id, "register", subject, answer)
    return answer


def _names(club: Club, request: RegisterRequest) -> tuple[str, str, str]:
    """Phone, e-mail, and which of them he is known by."""
    phone = people.compact_phone(request.phone) if request.phone.strip() else ""
    email = request.email.strip().lower()
    return phone, email, phone if club.settings.registration.login is Login.PHONE else email


def _check(club: Club, db: DB, request: RegisterRequest, phone: str, email: str) -> None:
    rules = club.settings.registration
    wanted = {rules.login.value, rules.confirm_by.value}
    if not request.agreed:
        raise Refused(Reason.OTHER, _("the customer must agree to the processing of his data"))
    if ("phone" in wanted or phone) and not 8 <= len(phone) <= 16:
        raise Refused(Reason.OTHER, _("a phone number is needed"))
    if ("email" in wanted or email) and not looks_like_email(email):
        raise Refused(Reason.OTHER, _("an e-mail address is needed"))
    if len(request.name) > 200:
        raise Refused(Reason.OTHER, _("the name is too long"))
    taken = db.execute(
        "SELECT 1 FROM customers WHERE phone = ? OR email = ?", (phone or None, email or None)
    ).fetchone()
    if taken:
        raise Refused(Reason.ALREADY_PROCESSED, _("this customer is registered already"))


def looks_like_email(email: str) -> bool:
    name, sign, host = email.partition("@")
    return bool(name and sign and "." in host) and " " not in email and len(email) <= 200


def _registered(club: Club, db: DB, request: RegisterRequest, phone: str, email: str) -> Registered:
    customer_id = club.ids()
    name = request.name.strip()
    born = request.birthdate.isoformat() if request.birthdate else None
    account = people.new_customer(db, customer_id, name, phone, email, born)
    if club.settings.welcome:
        people.credit_by_rules(club, db, account, club.settings.welcome, "welcome")
    attach = club.settings.registration.attach
    if attach is AttachOn.BY_ITSELF:
        people.virtual_card(club, db, account)
    cards = people.cards_of(db, customer_id)
    return Registered(
        customer=Customer(customer_id, name, phone, email),
        cards=tuple(people.as_card(club, db, row) for row in cards),
        free_cards=people.free_cards(db) if attach is AttachOn.LIST else (),
    )


def attach(club: Club, request: AttachCardRequest) -> Found:
    """A given free card, or a new virtual one. Activates an inactive card of the customer."""
    subject = f"{request.customer_id}:{request.card or ''}"
    with club.store.changing() as db:
        known = done_before(db, request.operation_id, "attach", subject, Found)
        if known is not None:
            return known
        owner = people.customer(db, request.customer_id)
        if owner is None:
            raise Refused(Reason.NOT_FOUND, _("there is no such customer"))
        account = db.execute(
            "SELECT id FROM accounts WHERE customer = ?", (request.customer_id,)
        ).fetchone()[0]
        number = request.card
        if number is None:
            number = people.virtual_card(club, db, account)
        else:
            _take_over(club, db, number, account, request.customer_id)
        row = people.card(db, number)
        assert row is not None
        answer = Found(customer=owner, cards=(people.as_card(club, db, row),))
        remember(db, request.operation_id, "attach", subject, answer)
    return answer


def _take_over(club: Club, db: DB, number: str, account: int, customer_id: str) -> None:
    row = people.card(db, number)
    if row is None:
        raise Refused(Reason.NOT_FOUND, _("there is no card {number}").format(number=number))
    if row.customer not in (None, customer_id):
        raise Refused(Reason.WRONG_CUSTOMER, _("the card belongs to another customer"))
    if row.status is CardRule.BLOCKED:
        raise Refused(Reason.BLOCKED, _("the card is blocked"))
    if row.account is not None and row.account != account:
        accounts.burn(db, row.account, club.now)
        accounts.merge(db, account, row.account)
    status = CardRule.ACTIVE if row.status is CardRule.INACTIVE else row.status
    db.execute(
        "UPDATE cards SET account = ?, status = ? WHERE number = ?",
        (account, status.value, number),
    )


def upgrade(club: Club, request: UpgradeRequest) -> Upgrade:
    """The next level where the turnover has reached it; asking changes nothing."""
    with club.store.reading() as db:
        if request.confirm:
            known = done_before(db, request.operation_id, "upgrade", request.card, Upgrade)
            if known is not None:
                return known
        row = people.card(db, request.card)
    answer = _possible(club, row)
    if not (answer.possible and request.confirm and row is not None):
        return answer
    following = club.next_level(row.level)
    assert following is not None
    with club.store.changing() as db:
        db.execute("UPDATE cards SET level = ? WHERE number = ?", (following.id, row.number))
        answer = answer.model_copy(update={"done": True})
        remember(db, request.operation_id, "upgrade", request.card, answer)
    return answer


def _possible(club: Club, row: CardRow | None) -> Upgrade:
    if row is None or row.account is None:
        raise Refused(Reason.NOT_FOUND, _("there is no such card"))
    if not row.may_earn:
        raise Refused(Reason.BLOCKED, _("the card is not active"))
    following = club.next_level(row.level)
    if following is None:
        return Upgrade(possible=False, text=_("This is the highest level."))
    name = str(following.name)
    missing = following.turnover - row.turnover
    if missing > 0:
        text = _("{money} more in purchases to level {level}.")
        text = text.format(money=words.money(missing), level=name)
        return Upgrade(possible=False, level=name, text=text)
    return Upgrade(possible=True, level=name, text=_("Level {level}").format(level=name))
