"""``[loyalty.options]`` of a shop card whose till exchanges files."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from backends.files.folder import Names
from cashier.config import Settings


class FileNames(Settings):
    """Emulated but for ``goods.txt``."""

    load: str = Field("goods.txt", pattern=r"^[\w.-]+$")
    load_flag: str = Field("goods.flg", pattern=r"^[\w.-]+$")
    report: str = Field("report.txt", pattern=r"^[\w.-]+$")
    report_flag: str = Field("report.flg", pattern=r"^[\w.-]+$")

    def names(self) -> Names:
        return Names(self.load, self.load_flag, self.report, self.report_flag)


class FilesOptions(Settings):
    folder: str = Field(min_length=1)
    """The exchange folder of this till; a relative one is beside the shop card."""
    profile: Literal["shtrihm", "frontol"] = "shtrihm"
    report: Literal["asked", "sale"] = "asked"
    """When a report is written besides: after every sale, or only when the office asks."""
    report_minutes: int = Field(default=0, ge=0, le=1440)
    """After so many minutes as well, at the next question; 0: not by the clock."""
    names: FileNames = FileNames.model_construct()

    def where(self, card: Path) -> Path:
        """``card``: the shop card."""
        return card.parent / Path(self.folder).expanduser()
