"""What the set-up of cards asks: adding, changing, blocking, replacing, turnover."""

from backends.rarus.wire.base import Flag, Message, Moment, Number, Sum, Text


class CardFields(Message):
    """``POST /organization/card/{id}``; what is left out or null stays as it is."""

    parent_id: Text | None = None
    """The group that it is in."""
    code: Text | None = None
    barcode: Text | None = None
    name: Text | None = None
    description: Text | None = None
    mastercard_id: Text | None = None
    """The card on which all points of this one move; empty: its own."""
    phone: Text | None = None
    email: Text | None = None
    external_card: Number | None = None
    """Above 0: of another organization; such a card cannot be tied to a user."""
    accum_sale_amount: Sum | None = None
    """Turnover. The vendor's SDK sends kopecks here: it is known by its header."""


class NewCard(CardFields):
    """``POST /organization/card/add``."""

    id: Text = ""
    card_level_id: Text = ""
    """Empty: the first level."""
    balance: Sum | None = None
    """Comes as one accrual; below zero as a spending."""
    user_id: Text = ""


class Block(Message):
    """``POST /organization/card/{id}/block``."""

    description: Text = ""
    unblock_date: Moment = 0
    """The server unblocks it by itself then; 0: never."""
    blocked_status: Number = 1
    """*Emulated*, see ``kinds.BlockedStatus``: what the block forbids."""


class Replace(Message):
    """``POST /organization/card/replacement``: the new card takes the place of the old one."""

    old_card_id: Text
    new_card_id: Text


class Accumulate(Message):
    """``POST /organization/card/{id}/accumulate``: add to the turnover."""

    reset: Flag = False
    """Start from 0."""
    sum: Sum
