"""Work that is killed before its n-th change of a folder, for every n, and then done again.

Run as a script, for it forks: ``killed.py FOLDER PROFILE`` is a whole exchange. What each side has
kept stands beside the exchange folder, as it would in its database.
"""

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path

from files.samples import LOAD, report

from backends.files.folder import Folder
from backends.files.formats import profile

CHANGES = ("open", "os.rename", "os.remove")
AT_ONCE = 8
"""They wait for the disk, not for each other."""


def die_before(change: int, where: Path) -> None:
    left = [change]

    def hook(event: str, args: tuple[object, ...]) -> None:
        if event in CHANGES and str(args[0]).startswith(str(where)):
            left[0] -= 1
            if not left[0]:
                os._exit(9)

    sys.addaudithook(hook)


def deaths(
    place: Path, inside: str, first: Callable[[Path], object], again: Callable[[Path], object]
) -> Iterator[str]:
    """How ``first`` ended (9: killed) and what ``again`` said, until one lives; ``inside``: which
    part of its folder counts."""
    (place / "0").mkdir()
    again(place / "0")  # what is built at the first use every child has from here
    for batch in count():
        changes = range(batch * AT_ONCE + 1, (batch + 1) * AT_ONCE + 1)
        waiting = [
            _forked(partial(_one, place / str(change), change, inside, first, again))
            for change in changes
        ]
        assert not any(os.waitpid(child, 0)[1] for child in waiting)
        for change in changes:
            told = (place / str(change) / "told").read_text()
            yield told
            if told.startswith("0 "):
                return


def _one(
    where: Path,
    change: int,
    inside: str,
    first: Callable[[Path], object],
    again: Callable[[Path], object],
) -> None:
    def dying() -> None:
        die_before(change, where / inside)
        first(where)

    where.mkdir()
    _pid, status = os.waitpid(_forked(dying), 0)
    said = again(where)
    (where / "told").write_text(f"{os.waitstatus_to_exitcode(status)} {said}")


def _forked(work: Callable[[], object]) -> int:
    """What still waits to be written here is not the child's as well."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


# --- one exchange


def keep(beside: Path, what: str) -> None:
    """Once, however often it comes."""
    known = beside.read_text().split() if beside.exists() else []
    if what not in known:
        beside.write_text("\n".join([*known, what]))


def exchange(where: Path, folder: Folder) -> None:
    taken, processed = where / "taken", where / "processed"
    if not taken.exists():
        folder.put_load(LOAD)
    if load := folder.find_load():
        keep(taken, load.digest)
        folder.settle_load(load)
    if not processed.exists():
        folder.put_report(report(details=False))
    if told := folder.find_report():
        keep(processed, str(told.report.number))
        folder.settle_report(told)


def main(place: Path, name: str) -> None:
    way = profile(name)

    def once(where: Path) -> str:
        (where / "exchange").mkdir(exist_ok=True)
        folder = Folder(where / "exchange", way)
        if folder.load.exists():
            assert way.read_load(folder.load.read_bytes(), "goods.txt") == (LOAD, ())
        exchange(where, folder)
        assert way.read_processed(folder.load.read_bytes(), 2) and not folder.load_flag.exists()
        assert way.read_processed(folder.report.read_bytes(), 1)
        loads = (where / "taken").read_text().count("\n") + 1
        return f"{loads} {(where / 'processed').read_text()}"

    for told in deaths(place, "exchange", once, once):
        sys.stdout.write(f"{told}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
