"""A whole exchange in a process of its own, which dies before its n-th change of the folder.

Run as ``killed.py FOLDER PROFILE N``; N 0 lives. What each side has kept
stands beside the exchange folder, as it would in its database.
"""

import os
import sys
from pathlib import Path

from files.samples import LOAD, report

from backends.files.folder import Folder
from backends.files.formats import profile

CHANGES = ("open", "os.rename", "os.remove")


def die_before(change: int, where: Path) -> None:
    left = [change]

    def hook(event: str, args: tuple[object, ...]) -> None:
        if event in CHANGES and str(args[0]).startswith(str(where)):
            left[0] -= 1
            if not left[0]:
                os._exit(9)

    if change:
        sys.addaudithook(hook)


def keep(beside: Path, what: str) -> None:
    """Once, however often it comes."""
    known = beside.read_text().split() if beside.exists() else []
    if what not in known:
        beside.write_text("\n".join([*known, what]))


def exchange(where: Path, folder: Folder) -> None:
    taken, processed = where.parent / "taken", where.parent / "processed"
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


if __name__ == "__main__":
    place = Path(sys.argv[1])
    die_before(int(sys.argv[3]), place)
    exchange(place, Folder(place, profile(sys.argv[2])))
