"""The way to an ESC/POS printer: a file or device, the network, a USB cable.

Opened by ourselves where the library would empty the file, wait for ever, or leave a socket open;
then it is the library that talks. Everything that goes wrong is an OSError with a sentence.
"""

import os
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from cashier.i18n import _
from cashier.printing.escpos_library import printers
from cashier.printing.settings import Kind, Printing


class Connection(Protocol):
    """An open way to the printer."""

    def send(self, data: bytes) -> None: ...

    def ask(self, command: bytes) -> bytes:
        """What the printer answers, at least a byte."""
        ...


@contextmanager
def connected(settings: Printing, folder: Path) -> Iterator[Connection]:
    """The printer, for one slip: one that was switched off and on works again with the next.

    Raises OSError, also for what is done inside.
    """
    name = address(settings)
    try:
        device, connection = _OPEN[settings.kind](settings, folder)
        try:
            yield connection
        finally:
            with suppress(Exception):  # of a way that is broken already
                device.close()
    except CannotPrint:
        raise
    except TimeoutError as error:
        raise CannotPrint(_("The printer {name} does not answer").format(name=name)) from error
    except (ConnectionError, EOFError) as error:
        text = _("The printer {name} cannot be reached, or hung up").format(name=name)
        raise CannotPrint(text) from error
    except OSError as error:
        text = _("The printer {name} cannot be used: {why}")
        why = error.strerror or str(error)
        raise CannotPrint(text.format(name=name, why=why)) from error
    except Exception as error:  # the library and its USB driver raise all kinds
        text = _("The printer {name} cannot be used: {why}")
        raise CannotPrint(text.format(name=name, why=error)) from error


class CannotPrint(OSError):
    """``str`` of it is a sentence for the cashier."""


def address(settings: Printing) -> str:
    """The printer as the shop card names it."""
    match settings.kind:
        case Kind.NETWORK:
            return f"{settings.host}:{settings.port}"
        case Kind.USB:
            return f"USB {settings.vendor}:{settings.product}"
        case _:
            return settings.path


class _Talking:
    """Over a device of the library."""

    def __init__(self, device: Any) -> None:
        self._device = device

    def send(self, data: bytes) -> None:
        self._device._raw(data)

    def ask(self, command: bytes) -> bytes:
        answer = bytes(self._device.query_status(command))
        if not answer:
            raise EOFError
        return answer


# --- network


def _network(settings: Printing, _folder: Path) -> tuple[Any, Connection]:
    device = printers().Network(settings.host, settings.port, settings.timeout_seconds)
    where = settings.host, settings.port
    device.device = socket.create_connection(where, settings.timeout_seconds)
    return device, _Talking(device)


# --- file


class _File:
    """Written at its end, and never waited for longer than the timeout: a device that is out of
    paper takes nothing."""

    _FLAGS = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

    def __init__(self, path: Path, seconds: float) -> None:
        # Where a printer was unplugged, no file may be made in its place.
        make = 0 if Path("/dev") in path.parents else os.O_CREAT
        self._descriptor = os.open(path, self._FLAGS | make, 0o644)
        self._seconds = seconds

    def write(self, data: bytes) -> None:
        until = time.monotonic() + self._seconds
        while data:
            try:
                data = data[os.write(self._descriptor, data) :]
            except BlockingIOError as error:
                left = until - time.monotonic()
                if left <= 0 or not select.select([], [self._descriptor], [], left)[1]:
                    raise TimeoutError from error

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        os.close(self._descriptor)


def _file(settings: Printing, folder: Path) -> tuple[Any, Connection]:
    path = folder / Path(settings.path).expanduser()
    device = printers().File(str(path))
    device.device = _File(path, settings.timeout_seconds)
    return device, _Talking(device)


# --- USB


class _Usb(_Talking):
    """The library does not look how much a cable took."""

    def __init__(self, device: Any, seconds: int, out_endpoint: int) -> None:
        super().__init__(device)
        self._seconds, self._out = seconds, out_endpoint

    def send(self, data: bytes) -> None:
        while data:
            taken = self._device.device.write(self._out, data, self._seconds * 1000)
            if not taken:
                raise TimeoutError
            data = data[taken:]


def _usb(settings: Printing, _folder: Path) -> tuple[Any, Connection]:
    out = int(settings.out_endpoint, 16)
    device = printers().Usb(
        int(settings.vendor, 16),
        int(settings.product, 16),
        timeout=settings.timeout_seconds * 1000,
        in_ep=int(settings.in_endpoint, 16),
        out_ep=out,
    )
    device.open()
    return device, _Usb(device, settings.timeout_seconds, out)


_OPEN = {Kind.NETWORK: _network, Kind.FILE: _file, Kind.USB: _usb}
