"""What the chain remembers of a receipt: in its context, which the till keeps and hands back."""

from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError


@dataclass(frozen=True)
class Memory:
    """Members by id."""

    payer: str = ""
    """Whose points are spent; empty: nobody's."""
    cards: dict[str, str] = field(default_factory=dict)
    """By which card each knows the buyer; empty: a stranger there. Who was silent is missing."""
    coupons: dict[str, str] = field(default_factory=dict)
    """Who knows which coupon."""
    contexts: dict[str, str] = field(default_factory=dict)
    """The members' own words."""
    told: tuple[str, ...] = ()
    """Whose links were active: they hear of the sale."""
    holding: dict[str, str] = field(default_factory=dict)
    """Who keeps something for the receipt until it is released, and under which operation."""

    @classmethod
    def of(cls, context: str) -> "Memory":
        """Words that are not the chain's are forgotten: a sale of another time, found again."""
        if not context:
            return cls()
        try:
            return _ADAPTER.validate_json(context)
        except ValidationError:
            return cls()

    def words(self) -> str:
        return _ADAPTER.dump_json(self).decode()


_ADAPTER = TypeAdapter(Memory)
