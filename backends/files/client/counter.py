"""The till at its folder: whatever lies there is taken, whatever is asked for is written.

Nothing of it ever stands in the way of a sale: trouble is sentences, and the file stays.
"""

from datetime import datetime, timedelta

from backends.files.client.options import FilesOptions
from backends.files.client.roll import Handed
from backends.files.client.store import Store
from backends.files.folder import Folder, FoundLoad, Request
from backends.files.formats.model import BadFile
from cashier.clock import Clock
from cashier.i18n import _, ngettext

MOST_SAID = 5
"""So many lines of a file that could not be read are said one by one."""


class Counter:
    def __init__(self, folder: Folder, store: Store, options: FilesOptions, clock: Clock) -> None:
        self._folder, self._store, self._options, self._clock = folder, store, options, clock
        self._stands: list[str] = []
        self._unsaid: list[str] = []

    def look(self) -> None:
        """Before every question, after every receipt, now and then. Raises StorageError."""
        told: list[str] = []
        for work in (self._take, self._report):
            try:
                told += work()
            except BadFile as bad:
                told.append(str(bad))
            except OSError as error:
                why = error.strerror or str(error)
                words = _("the exchange folder {folder} cannot be used: {why}")
                told.append(words.format(folder=self._folder.load.parent, why=why))
        self._unsaid += [text for text in told if text not in self._stands]
        self._stands = told

    def news(self) -> list[str]:
        """What is wrong, and was not said yet."""
        unsaid, self._unsaid = self._unsaid, []
        return unsaid

    # --- the load

    def _take(self) -> list[str]:
        found = self._folder.find_load()
        unsettled = self._store.fact("unsettled")
        if found is None:
            if unsettled:  # killed after the flag had gone: whatever comes next is another load
                self._store.remember(unsettled="")
            if not self._store.loads and (taken := self._folder.find_taken_load()):
                # A new till, or one whose data are gone: better than to know nobody.
                self._store.take(taken.load, "", self._clock.now())
            left = self._folder.left_without_flag()
            return [str(left)] if left else []
        known = found.read_before or found.digest == unsettled
        if not known or not self._store.loads:
            self._store.take(found.load, found.digest, self._clock.now())
        self._folder.settle_load(found)
        self._store.remember(unsettled="")
        return _said(found)

    # --- the report

    def _report(self) -> list[str]:
        handed, told = self._store.roll.handed, []
        if handed is not None and not self._is_processed(handed):
            return []
        try:
            wanted = self._folder.find_request()
        except BadFile as bad:
            wanted, told = None, [str(bad)]
        by_itself = self._options.report == "sale" or self._is_due()
        if wanted is not None or (by_itself and self._store.roll.waiting()):
            self._hand_over(wanted)
        return told

    def _hand_over(self, wanted: Request | None) -> None:
        number = self._store.roll.make_report(wanted)
        self._store.remember(reported_at=self._clock.now().isoformat())
        self._write(number)

    def _is_processed(self, handed: Handed) -> bool:
        """A report that is not in the folder (any more) is written again: the office knows what it
        has had already."""
        if handed.written and self._folder.report.exists():
            if self._folder.report_waits():
                return False
            self._store.roll.processed(handed.number)
            return True
        self._write(handed.number)
        return False

    def _write(self, number: int) -> None:
        """Killed at any place in here, the till comes here again."""
        report = self._store.roll.report(number)
        if not self._folder.put_report(report):
            lies = self._folder.find_report()
            if lies is None or (lies.report.number, lies.report.database) != (
                number,
                report.database,
            ):
                return  # of another till, or of one whose data are gone: the office has it next
        self._store.roll.written(number)

    def _is_due(self) -> bool:
        minutes, told = self._options.report_minutes, self._store.fact("reported_at")
        if not minutes:
            return False
        since = self._clock.now() - datetime.fromisoformat(told) if told else timedelta.max
        return since >= timedelta(minutes=minutes)


def _said(found: FoundLoad) -> list[str]:
    """The first lines that were not read, and how many more there are."""
    told = [str(trouble) for trouble in found.troubles[:MOST_SAID]]
    more = len(found.troubles) - len(told)
    if more:
        text = ngettext(
            "{file}: {n} more line was not read", "{file}: {n} more lines were not read", more
        )
        told.append(text.format(file=found.troubles[0].file, n=more))
    return told
