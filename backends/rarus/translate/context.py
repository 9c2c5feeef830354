"""What the client must remember of a receipt: the till keeps it and hands it back, unread."""

from dataclasses import dataclass

from backends.exact_json import NotJson, json_bytes, read_json
from cashier.receipt import Receipt


@dataclass(frozen=True)
class Context:
    priced_at: int = 0
    """When the receipt was calculated, Unix milliseconds; 0: it was not."""
    hold: str = ""
    """The hold of its points; empty: none."""
    coupon_hold: str = ""
    held_as: str = ""
    """The operation that made the holds: they count while it stands on the receipt."""

    def text(self) -> str:
        known = {name: value for name, value in vars(self).items() if value}
        return json_bytes(known).decode() if known else ""


def context_of(receipt: Receipt) -> Context:
    """Of a receipt as it comes back; holds that were given up are gone from it."""
    known = _read(receipt.context)
    if known.held_as and known.held_as != receipt.hold:
        return Context(priced_at=known.priced_at)
    return known


def _read(text: str) -> Context:
    """Not our words (another system's, of another version): as if there were none."""
    try:
        data = read_json(text.encode()) if text else {}
    except (NotJson, UnicodeEncodeError):
        return Context()
    if not isinstance(data, dict):
        return Context()
    at = data.get("priced_at")
    texts = {
        name: data[name]
        for name in ("hold", "coupon_hold", "held_as")
        if isinstance(data.get(name), str)
    }
    return Context(priced_at=at if isinstance(at, int) else 0, **texts)
