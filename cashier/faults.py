"""Faults on purpose: named by the step of the exchange, counted, the same at every run.

A plan holds the faults that stand and says what befalls the next request. Whoever carries it out
stands around the loyalty system and knows nothing of files, keys and screens.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import TypeAlias

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from cashier.config import Settings, load
from cashier.exchange import Reason, SaveReturnRequest, SaveSaleRequest
from cashier.i18n import _, ngettext
from cashier.methods import METHODS
from cashier.words import reason_words

SLOW_SECONDS = 4


class FaultKind(StrEnum):
    UNREACHABLE = "unreachable"
    """No connection: nothing is asked."""
    SLOW = "slow"
    """The answer comes late."""
    STATUS = "status"
    """The server reports an error instead of doing the work."""
    CUT = "cut"
    """The work is done; the connection is cut in the middle of the answer."""
    LOST_ANSWER = "lost_answer"
    """The work is done; nothing of the answer arrives."""
    GARBLED = "garbled"
    """The work is done; the answer makes no sense."""
    TWICE = "twice"
    """The request arrives twice; the first answer is heard."""
    REFUSED = "refused"
    """The system says no, with a reason and a text."""


DOUBTFUL = frozenset({FaultKind.CUT, FaultKind.LOST_ANSWER, FaultKind.GARBLED, FaultKind.TWICE})
"""After these a customer may have been charged twice, if the system is not careful."""


class Fault(Settings):
    """One fault: what happens, at which step, how often."""

    kind: FaultKind = Field(strict=False)
    step: str = ""
    """A method of the exchange: ``save_sale``; empty: every one."""
    times: int = Field(default=0, ge=0, le=1_000_000)
    """It strikes no more than so often; 0: as long as it stands."""
    every: int = Field(default=1, ge=1, le=1_000_000)
    """It strikes every so many-th request of its step."""
    chance: int = Field(default=100, ge=1, le=100)
    """Per cent of those that it strikes; the dice are thrown from ``seed``."""
    seed: int = Field(default=0, ge=0)
    seconds: int = Field(default=SLOW_SECONDS, ge=1, le=3600)
    """How late a slow answer is."""
    status: int = Field(default=503, ge=400, le=599)
    """The HTTP status of a server in trouble."""
    reason: Reason = Field(default=Reason.OTHER, strict=False)
    """Why a refusal."""
    text: str = Field(default="", max_length=300)
    """What the system says at a refusal."""

    @field_validator("step")
    @classmethod
    def _is_a_step(cls, value: str) -> str:
        if value and value not in METHODS:
            known = ", ".join(METHODS)
            raise PydanticCustomError("step", _("expected one of {known}"), {"known": known})
        return value


class FaultFile(Settings):
    """A file of faults: ``[[fault]]`` with the fields of ``Fault``."""

    fault: tuple[Fault, ...] = ()


class Connection(StrEnum):
    """The plug of the loyalty system: faults that stand on every step."""

    ONLINE = "online"
    OFFLINE = "offline"
    SLOW = "slow"
    LOST_ANSWERS = "lost_answers"


_PLUG = {
    Connection.OFFLINE: Fault.model_construct(kind=FaultKind.UNREACHABLE),
    Connection.SLOW: Fault.model_construct(kind=FaultKind.SLOW),
    Connection.LOST_ANSWERS: Fault.model_construct(kind=FaultKind.LOST_ANSWER),
}  # constructed, not validated: nothing is built before the first scan

_SPARED: ContextVar[bool] = ContextVar("spared", default=False)


@contextmanager
def spared() -> Iterator[None]:
    """What is asked inside goes past the faults, and they do not count it."""
    token = _SPARED.set(True)
    try:
        yield
    finally:
        _SPARED.reset(token)


@dataclass
class Standing:
    """A fault that stands, and how often it struck."""

    fault: Fault
    asked: int = 0
    """Requests of its step so far."""
    hits: int = 0
    _dice: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._dice = Random(self.fault.seed)  # noqa: S311  # the same at every run

    @property
    def spent(self) -> bool:
        """It struck as often as it may."""
        return bool(self.fault.times) and self.hits >= self.fault.times

    def threatens(self, step: str) -> bool:
        return not self.spent and self.fault.step in ("", step)

    def due(self, step: str) -> bool:
        """Whether it is this request's turn; counts it."""
        if self.fault.step not in ("", step):
            return False
        self.asked += 1
        lucky = self._dice.randrange(100) >= self.fault.chance
        return not (self.spent or self.asked % self.fault.every or lucky)


Blow: TypeAlias = tuple[int, Fault | None]
"""How many seconds late the answer is, and what else happens; None: nothing."""


class Plan:
    """The faults that stand, in order. Slowness adds up; of the rest the first that is due strikes.

    One that stands behind another waits for its turn: its ``times`` are not used up meanwhile.
    """

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self.connection = Connection.ONLINE
        self.standing = [Standing(fault) for fault in faults]
        self.doubted: dict[str, Fault] = {}
        """What struck the save of a receipt, by its id, so that it may have been done twice."""

    @classmethod
    def load(cls, path: Path) -> "Plan":
        """From a TOML file. Raises ConfigError that names line and field."""
        return cls(load(path, FaultFile).fault)

    @property
    def armed(self) -> int:
        """How many may still strike."""
        return sum(not one.spent for one in self.standing)

    def add(self, fault: Fault) -> None:
        self.standing.append(Standing(fault))

    def clear(self) -> None:
        self.standing.clear()

    def strike(self, step: str) -> Blow:
        """What befalls this request of ``step``; counted."""
        if _SPARED.get():
            return 0, None
        late, struck = 0, None
        plug = _PLUG.get(self.connection)
        for fault, one in ((plug, None), *((one.fault, one) for one in self.standing)):
            if fault is None or (one is not None and not one.due(step)):
                continue
            if fault.kind is FaultKind.SLOW:
                late += fault.seconds
            elif struck is None:
                struck = fault
            else:
                continue
            if one is not None:
                one.hits += 1
        return late, struck

    def doubt(self, request: object, fault: Fault) -> None:
        """The fault struck this request: if it is a save, it is not sure to be done once."""
        if fault.kind in DOUBTFUL and isinstance(request, SaveSaleRequest | SaveReturnRequest):
            self.doubted[request.receipt.receipt_id] = fault

    def threatens_saves(self, step: str) -> bool:
        """Whether a fault stands that could leave a save of this ``step`` in doubt."""
        plug = _PLUG.get(self.connection)
        faults = [one.fault for one in self.standing if one.threatens(step)]
        return any(fault.kind in DOUBTFUL for fault in (plug, *faults) if fault is not None)


# --- bytes


def what_comes(kind: FaultKind, body: bytes) -> bytes:
    """What arrives of an answer's ``body``: none of it, half, or no text in any encoding."""
    match kind:
        case FaultKind.LOST_ANSWER:
            return b""
        case FaultKind.CUT:
            return body[: len(body) // 2]
        case FaultKind.GARBLED:
            broken = (byte ^ 0xA5 if at % 3 == 0 else byte for at, byte in enumerate(body))
            return bytes(broken) or b"\xff\xfe\xff"
        case _:
            return body


# --- words


def kind_words(fault: Fault) -> str:
    """What happens, in words."""
    return {
        FaultKind.UNREACHABLE: _("unreachable"),
        FaultKind.SLOW: _("slow by {seconds} s"),
        FaultKind.STATUS: _("HTTP status {status}"),
        FaultKind.CUT: _("cut in the middle of the answer"),
        FaultKind.LOST_ANSWER: _("answer lost, work done"),
        FaultKind.GARBLED: _("answer garbled, work done"),
        FaultKind.TWICE: _("request arrives twice"),
        FaultKind.REFUSED: _refused_words(fault),
    }[fault.kind].format(seconds=fault.seconds, status=fault.status)


def _refused_words(fault: Fault) -> str:
    why = fault.text or ("" if fault.reason is Reason.OTHER else reason_words(fault.reason))
    return _("refused: {why}").format(why=why) if why else _("refused")


def often_words(fault: Fault) -> str:
    """How often, in words: '2 times, one request in 3, 50 %'."""
    parts = [times_words(fault.times)] if fault.times else []
    if fault.every > 1:
        parts.append(_("one request in {n}").format(n=fault.every))
    if fault.chance < 100:
        parts.append(f"{fault.chance} %")
    return ", ".join(parts) or _("always")


def times_words(times: int) -> str:
    if times == 1:
        return _("once")
    return ngettext("{n} time", "{n} times", times).format(n=times)


def step_words(step: str) -> str:
    """A method of the exchange as people call it."""
    return {
        "": _("every step"),
        "open": _("connecting"),
        "identify": _("looking for the customer"),
        "register": _("registering"),
        "attach_card": _("getting a card"),
        "upgrade_level": _("the next level"),
        "check_coupon": _("checking a coupon"),
        "calculate": _("prices"),
        "points": _("points to spend"),
        "reserve": _("holding points"),
        "release": _("giving held points back"),
        "save_sale": _("saving the sale"),
        "cancel_sale": _("cancelling the sale"),
        "send_feedback": _("sending feedback"),
        "certificate": _("asking about a certificate"),
        "find_sale": _("looking for the sale"),
        "save_return": _("saving the return"),
    }[step]
