"""Fetches exchanges from the log and masks them; and takes them along as files."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from cashier.errors import StorageError
from cashier.exchange_log.log import Entry
from cashier.i18n import _
from cashier.masking.masker import Masker
from cashier.receipt import Receipt
from cashier.snapshot import AskResume
from cashier.witness import Exchange
from screens.people import people_of

if TYPE_CHECKING:
    from screens.desk import Desk

_LARGE = 300_000
"""Bytes of an exchange from which on masking takes longer than a blink."""


class Reader:
    """What a view of exchanges sees; masked, until somebody asks for all of it."""

    def __init__(self, desk: "Desk") -> None:
        self.desk = desk
        self.place = desk.till.workplace
        self.log = self.place.exchanges
        self.unmasked = False
        self._maskers: dict[str, tuple[int, Masker]] = {}

    @property
    def receipt(self) -> Receipt | None:
        """What the cashier works on, or has just finished."""
        now = self.desk.now
        return now.question.receipt if isinstance(now.question, AskResume) else now.receipt

    def entries(self, receipt_id: str) -> list[Entry]:
        """Raises StorageError."""
        return self.log.of(receipt_id)

    def number(self, receipt_id: str) -> str:
        return self.log.number(receipt_id) if receipt_id else ""

    def whole(self, entry: Entry) -> Exchange:
        """Not masked. Raises StorageError."""
        return self.log.whole(entry)

    def masked(self, exchange: Exchange) -> Exchange:
        """As it may be seen now. Raises StorageError."""
        return self.prepared(exchange)()

    def prepared(self, exchange: Exchange) -> Callable[[], Exchange]:
        """The same in two steps: what is read is read now, the rest is work for any thread.

        The masker knows everybody who was met on the same receipt. Raises StorageError.
        """
        if self.unmasked:
            return lambda: exchange
        receipt_id = exchange.receipt_id
        entries = self.log.of(receipt_id) if receipt_id else []
        kept = self._maskers.get(receipt_id)
        new: list[Exchange] = []
        if kept is None or kept[0] != len(entries):
            kept = len(entries), Masker.for_shop(self.place.shop)
            self._maskers[receipt_id] = kept
            new = [self.whole(entry) for entry in entries]
        masker = kept[1]
        people = tuple(people_of(self.desk.till.now))

        def masked() -> Exchange:
            masker.learn_people(people)
            for one in (*new, exchange):
                masker.learn(one)
            return masker.exchange(exchange)

        return masked

    # --- taken along

    def har(self, entries: Iterable[Entry], name: str) -> Path:
        """An archive in the data folder. Raises StorageError."""
        from cashier.exchange_log.bug_report import program
        from cashier.exchange_log.har import har

        exchanges = [self.masked(self.whole(entry)) for entry in entries]
        text = har(exchanges, system=self.place.shop.loyalty.system, version=program())
        return self.new("exchanges", name, ".har", lambda path: path.write_text(text, "utf-8"))

    def report(self, receipt_id: str) -> Path:
        """A folder with all that is known of a receipt. Raises StorageError."""
        from cashier.exchange_log import bug_report

        place, screen, now = self.place, self.desk.screen, self.receipt
        case = bug_report.gather(
            place.shop,
            place.journal,
            self.log,
            receipt_id,
            place.clock.now(),
            now if now is not None and now.receipt_id == receipt_id else None,
        )
        masker = None if self.unmasked else bug_report.masker_of(case)
        if masker is not None:
            masker.learn_people(people_of(self.desk.till.now))
        picture = self._picture(masker)
        keys = screen.pressed.of(receipt_id, masker)
        return self.new(
            "bug-reports",
            case.name,
            "",
            lambda path: bug_report.write(path, case, masker, keys=keys, picture=picture),
        )

    def _picture(self, masker: Masker | None) -> "Picture":
        from cashier.exchange_log.bug_report import Picture
        from screens.pictures import picture_of
        from screens.privacy import veil_over

        screen = self.desk.screen
        codes = self.place.shop.codes
        known = () if masker is None else masker.people()
        mask = veil_over(known, codes.card_prefixes, codes.app_prefix, on=masker is not None)
        return Picture(*picture_of(screen, mask, screen.app.title))

    def new(self, folder: str, name: str, tail: str, write: Callable[[Path], object]) -> Path:
        """A new file or folder of the till, named by the time as well. Raises StorageError."""
        if self.desk.till.folder is None:
            raise StorageError(_("This till has no data folder."))
        inside = self.desk.till.folder / folder
        start = f"{name}_{self.place.clock.now():%Y-%m-%d_%H-%M-%S}"
        names = (f"{start}{again}{tail}" for again in ("", *(f"-{n}" for n in range(2, 100))))
        path = next((inside / one for one in names if not (inside / one).exists()), None)
        if path is None:
            raise StorageError(_("Too many files of one second."))
        try:
            inside.mkdir(parents=True, exist_ok=True)
            write(path)
        except OSError as error:
            text = _("{path} cannot be written: {why}")
            raise StorageError(text.format(path=path, why=error.strerror or error)) from error
        return path


if TYPE_CHECKING:
    from cashier.exchange_log.bug_report import Picture


def is_large(exchange: Exchange) -> bool:
    """Whether it is masked and laid out beside the screen's work."""
    bodies = len(exchange.request) + len(exchange.answer) + len(exchange.raw)
    wire = sum(len(call.request_body) + len(call.answer_body) for call in exchange.calls)
    return bodies + wire > _LARGE
