"""The books of the embedded system: what must add up whatever was sold."""

from backends.house.club import Club
from cashier.i18n import _
from cashier.money import show

_LOTS = """
SELECT lots.id, lots.left, coalesce(sum(movements.points), 0) AS moved
FROM lots LEFT JOIN movements ON movements.lot = lots.id
GROUP BY lots.id HAVING lots.left <> moved
"""
_TWICE = """
SELECT why, receipt, count(*) FROM movements
WHERE why = 'earn' AND receipt IS NOT NULL AND receipt <> '' GROUP BY account, receipt
HAVING count(*) > 1
"""


def audit(club: Club) -> list[str]:
    """A sentence for everything that does not add up. Raises Unavailable."""
    with club.store.reading() as db:
        lots = db.execute(_LOTS).fetchall()
        twice = db.execute(_TWICE).fetchall()
    text = _("lot {lot} holds {left}, its movements add up to {moved}")
    found = [text.format(lot=lot, left=show(left), moved=show(moved)) for lot, left, moved in lots]
    text = _("receipt {receipt} earned {n} times")
    return found + [text.format(receipt=receipt, n=n) for _why, receipt, n in twice]
