"""How the printer of a till is set up: the table ``[printer]`` of a shop card."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from cashier.config import Settings


class Kind(StrEnum):
    PAPER = "paper"
    """A printer that is only played: its paper is shown in the till."""
    FILE = "file"
    """ESC/POS into a file or a device like /dev/usb/lp0."""
    NETWORK = "network"
    """ESC/POS over TCP."""
    USB = "usb"
    """ESC/POS straight over USB, without a driver of the system."""
    NONE = "none"
    """No paper: slips only go into the folder as text, as they do with every kind."""


class Printing(Settings):
    """One printer. What a kind does not need is not looked at."""

    kind: Kind = Kind.PAPER
    host: str = Field(default="", max_length=253)
    """Name or address of a network printer."""
    port: int = Field(default=9100, ge=1, le=65_535)
    path: str = Field(default="", max_length=4096)
    """File or device; a relative path starts at the folder of the slips."""
    vendor: str = Field(default="", pattern="^(0x[0-9a-fA-F]{1,4})?$")
    """USB vendor id, like "0x04b8"; ``lsusb`` shows it."""
    product: str = Field(default="", pattern="^(0x[0-9a-fA-F]{1,4})?$")
    """USB product id, like "0x0202"."""
    in_endpoint: str = Field(default="0x82", pattern="^0x[0-9a-fA-F]{1,2}$")
    """Where a USB printer answers; ``lsusb -v`` shows it as "EP 2 IN"."""
    out_endpoint: str = Field(default="0x01", pattern="^0x[0-9a-fA-F]{1,2}$")
    """Where a USB printer is written to."""
    profile: str = Field(default="default", max_length=40)
    """What the model can do, by its name in python-escpos: "TM-T20II", "POS-5890", ..."""
    code_page: str = Field(default="cp866", pattern="^[0-9A-Za-z_-]{1,20}$")
    """Its letters: "cp866" or "cp1251" for Russian, "cp437" for English, "cp858" for the euro."""
    code_page_number: int | None = Field(default=None, ge=0, le=255)
    """What the printer calls the code page (``ESC t``); None: what the profile says."""
    leave_kanji: bool = False
    """Send ``FS .`` first: for printers that show Russian text as Chinese characters."""
    status: bool = True
    """Ask a network or USB printer about paper, cover and errors before and after each slip
    (``DLE EOT``). Turn it off only for printers that never answer: then trouble with the paper is
    not noticed."""
    timeout_seconds: int = Field(default=10, ge=1, le=120)
    """How long the printer may take to connect, to take the next bytes, to answer."""
    cut: Literal["full", "part", "none"] = "full"
    drawer: Literal["2", "5", "none"] = "2"
    """Which pin of the printer's socket opens the drawer."""
    barcodes: Literal["native", "image", "off"] = "native"
    """Bars drawn by the printer, sent as a picture, or only the number. A printer that cannot
    draw them, as its profile says, gets a picture."""
    qr: Literal["native", "image", "off"] = "native"
    roll_lines: int = Field(default=0, ge=0, le=1_000_000)
    """Lines on a roll of the played printer; 0: it never runs out."""

    @property
    def slow(self) -> bool:
        """Whether printing may keep the caller waiting, and belongs into a thread."""
        return self.kind in (Kind.FILE, Kind.NETWORK, Kind.USB)

    @property
    def answers(self) -> bool:
        """Whether the printer can be asked how it is."""
        return self.status and self.kind in (Kind.NETWORK, Kind.USB)
