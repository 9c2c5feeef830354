"""A printer on a USB cable, without one: the bus is played, all above it is real."""
# ruff: noqa: ARG002 - a bus is asked with all of these

from array import array
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from usb.backend import IBackend

from cashier.printing.escpos_printer import EscposPrinter
from cashier.printing.settings import Kind, Printing
from cashier.slip import Cut, Slip, Text

SLIP = Slip("R0101-000042", (Text("Спасибо за покупку"), Cut()))
FINE = {1: 0x16, 2: 0x12, 4: 0x12}
NO_PAPER = {1: 0x1E, 2: 0x32, 4: 0x72}
USB = Printing(kind=Kind.USB, vendor="0x04b8", product="0x0202", timeout_seconds=1)


class Descriptor(SimpleNamespace):
    """What a device says of itself; what it does not say is nought."""

    def __getattr__(self, name: str) -> int:
        if name.startswith("__"):
            raise AttributeError(name)
        return 0


class Cable(IBackend):  # type: ignore[misc]
    """One printer on the bus, that takes 16 bytes at a time."""

    def __init__(self) -> None:
        self.got = b""
        self.status = FINE
        self.full = False

    def enumerate_devices(self) -> list[str]:
        return ["printer"]

    def get_device_descriptor(self, dev: Any) -> Any:
        return Descriptor(idVendor=0x04B8, idProduct=0x0202, bNumConfigurations=1)

    def get_configuration_descriptor(self, dev: Any, config: int) -> Any:
        return Descriptor(bDescriptorType=2, bNumInterfaces=1, bConfigurationValue=1)

    def get_interface_descriptor(self, dev: Any, intf: int, alt: int, config: int) -> Any:
        if alt:
            raise IndexError
        return Descriptor(bDescriptorType=4, bNumEndpoints=2, bInterfaceClass=7)

    def get_endpoint_descriptor(self, dev: Any, ep: int, intf: int, alt: int, config: int) -> Any:
        return Descriptor(
            bDescriptorType=5, bEndpointAddress=(0x01, 0x82)[ep], bmAttributes=2, wMaxPacketSize=16
        )

    def open_device(self, dev: Any) -> str:
        return "handle"

    def close_device(self, dev_handle: Any) -> None:
        """Nothing is held."""

    def set_configuration(self, dev_handle: Any, config_value: int) -> None:
        """There is one."""

    def get_configuration(self, dev_handle: Any) -> int:
        return 1

    def claim_interface(self, dev_handle: Any, intf: int) -> None:
        """Nobody else wants it."""

    def release_interface(self, dev_handle: Any, intf: int) -> None:
        """Nobody else wants it."""

    def reset_device(self, dev_handle: Any) -> None:
        """Nothing to forget."""

    def bulk_write(self, dev_handle: Any, ep: int, intf: int, data: Any, timeout: int) -> int:
        assert (ep, timeout) == (0x01, 1000)
        taken = 0 if self.full else min(16, len(data))
        self.got += bytes(data[:taken])
        return taken

    def bulk_read(self, dev_handle: Any, ep: int, intf: int, buff: Any, timeout: int) -> int:
        assert ep == 0x82
        asked = self.got[-1]
        self.got = self.got[:-3]
        buff[:1] = array("B", [self.status[asked]])
        return 1


def test_a_usb_printer_gets_every_byte_although_the_cable_takes_few_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cable = Cable()
    monkeypatch.setattr("usb.backend.libusb1.get_backend", lambda: cable)
    made = EscposPrinter(USB, 42, Path())
    made.print(SLIP)
    once = cable.got
    assert "Спасибо за покупку\n".encode("cp866") in once
    assert once.endswith(b"\x1dV\x00")
    made.print(SLIP)
    made.open_drawer()
    assert cable.got == once * 2 + b"\x1bp\x00" + b"22"
    cable.status = NO_PAPER
    with pytest.raises(OSError, match="out of paper"):
        made.print(SLIP)
    cable.full = True
    with pytest.raises(OSError, match="USB 0x04b8:0x0202 does not answer"):
        made.open_drawer()


def test_a_usb_printer_that_is_not_there_or_cannot_be_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("usb.backend.libusb1.get_backend", Cable)
    other = USB.model_copy(update={"product": "0x0203"})
    with pytest.raises(OSError, match="USB 0x04b8:0x0203 cannot be used"):
        EscposPrinter(other, 42, Path()).print(SLIP)
    for library in ("libusb0", "libusb1", "openusb"):  # none on this machine
        monkeypatch.setattr(f"usb.backend.{library}.get_backend", lambda: None)
    with pytest.raises(OSError, match="USB 0x04b8:0x0202 cannot be used: No backend"):
        EscposPrinter(USB, 42, Path()).open_drawer()
