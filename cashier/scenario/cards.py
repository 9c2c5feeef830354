"""A file of cards: whom and what a system knows that shows no samples of its own."""

from cashier.config import Settings
from cashier.sheets.sample import Sample, SampleKind


class CardsFile(Settings):
    """``cards = ["2900000000018"]`` and so on, in TOML."""

    cards: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    """As '+79001234567'."""
    coupons: tuple[str, ...] = ()
    """Promo codes, too."""

    @property
    def samples(self) -> tuple[Sample, ...]:
        kinds = {
            SampleKind.CARD: self.cards,
            SampleKind.PHONE: self.phones,
            SampleKind.COUPON: self.coupons,
        }
        return tuple(Sample(kind, value) for kind, values in kinds.items() for value in values)
