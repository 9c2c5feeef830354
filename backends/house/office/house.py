"""The office of the embedded system: its drawers, its log, and one way to change anything."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from backends.house.club import Club
from backends.house.office import log, undoing, words
from backends.house.office.cards import Cards
from backends.house.office.change import Change, Undo
from backends.house.office.coupon_codes import Coupons
from backends.house.office.customers import Customers
from backends.house.office.drawer import Drawer, Listing
from backends.house.office.points import Lots, Movements
from backends.house.office.promotions import Promotions
from backends.house.office.sold import Sales
from backends.house.rules_file import ChangedByHand, Draft, RulesFile
from cashier.errors import CashierError, NotNow
from cashier.i18n import _, language
from cashier.office import Action, Entry, Record, Row, Section, read_all

_HOUR = 3600
DRAWERS: tuple[type[Drawer], ...] = (
    Customers,
    Cards,
    Lots,
    Movements,
    Promotions,
    Coupons,
    Sales,
)


class HouseOffice:
    """See ``cashier.office``. Changes go through one transaction with their entry in the log."""

    def __init__(self, club: Club, rules_file: RulesFile | None) -> None:
        self._club, self._file = club, rules_file
        self._drawers = {kind.id: kind(club) for kind in DRAWERS}
        self._listings: dict[str, Listing] = {}

    def _drawer(self, section: str) -> Drawer:
        found = self._drawers.get(section)
        if found is None:
            raise NotNow(_("There is no such list."))
        return found

    def sections(self) -> tuple[Section, ...]:
        return tuple(
            Section(one.id, one.title(), one.columns(), one.actions())
            for one in self._drawers.values()
        )

    def rows(self, section: str, text: str = "") -> Sequence[Row]:
        """All rows are read once and searched in memory until something is written."""
        drawer, store = self._drawer(section), self._club.store
        # Points burn by the clock alone: a list may be an hour late with that, a record never is.
        stamp = (*store.stamp, language(), self._club.now // _HOUR, id(self._club.rules))
        kept = self._listings.get(section)
        if kept is None or kept.stamp != stamp:
            with store.reading() as db:
                kept = self._listings[section] = Listing.of(stamp, drawer.rows(db))
        return kept.find(text)

    def record(self, section: str, record: str) -> Record:
        with self._club.store.reading() as db:
            return self._drawer(section).record(db, record)

    def log(self) -> Sequence[Entry]:
        with self._club.store.reading() as db:
            return log.entries(self._club, db)

    def do(
        self, section: str, record: str, action: str, values: Mapping[str, str], who: str
    ) -> str:
        drawer = self._drawer(section)

        def work(change: Change) -> tuple[str, Undo, Draft | None]:
            possible = drawer.record(change.db, record).actions if record else drawer.actions()
            given = read_all(_one_of(possible, action).fields, values)
            drawer.deeds()[action](change, record, given)
            if not (change.rows or change.rules or change.moves):
                raise NotNow(_("Nothing was changed."))
            draft = self._rules_file.draft(change.rules) if change.rules else None
            rules = draft.edits if draft else ()
            undo = Undo(tuple(change.rows), change.moves, change.debts, rules)
            return f"{section}.{action}", undo, draft

        return self._change(who, work)

    def undo(self, entry: int, who: str) -> str:
        def work(change: Change) -> tuple[str, None, Draft | None]:
            undo = log.to_undo(change, entry)
            draft = undoing.rules_back(self._rules_file, undo.rules) if undo.rules else None
            undoing.put_back(change, undo)
            return "undo", None, draft

        return self._change(who, work)

    @property
    def _rules_file(self) -> RulesFile:
        if self._file is None:
            raise NotNow(_("These rules do not come from a file: they cannot be changed here."))
        return self._file

    def _change(
        self, who: str, work: Callable[[Change], tuple[str, Undo | None, Draft | None]]
    ) -> str:
        """Everything or nothing: the data, the log, and last of all the rules file."""
        draft, old = None, self._file.text if self._file else ""
        news = ""
        written = False
        try:
            with self._club.store.changing() as db:
                change = Change(self._club, db)
                action, undo, draft = work(change)
                entry = log.write(change, action, who, undo)
                if action == "undo":
                    log.undone(db, change.about["entry"], entry)
                if draft is not None and self._file is not None:
                    news = self._file.news
                    draft.write()
                    written = True
        except ChangedByHand:
            self._club.take(self._rules_file.rules)
            raise
        except BaseException:
            if written:  # the data were not taken: the rules go back, too
                with suppress(CashierError):
                    self._rules_file.write(old)
            raise
        if draft is not None:
            draft.keep()
            self._club.take(draft.rules)
        return " ".join(filter(None, [words.sentence(action, change.about) + ".", news]))


def _one_of(possible: tuple[Action, ...], wanted: str) -> Action:
    for action in possible:
        if action.id == wanted:
            return action
    raise NotNow(_("This cannot be done now."))
