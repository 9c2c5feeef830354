"""Telling a scanner from a hand by its speed.

A scanner types a code with a few milliseconds between two characters, and ends it; nobody types
six characters like that. A slow link tears scans apart, so pauses a few times longer than the gap
still belong to the scan when a real burst stands beside them: from the last key to the trigger of
the scanner a hand takes longer.

Nothing is held back: what arrives goes onto the input line at once, and what stood there before
the scan is remembered, so that it can be put back.

Imported before the first paint, so it knows nothing of the till.
"""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cashier.workplace import Workplace

TORN = 4
"""So many gaps may lie between two characters where a link tore the scan apart."""
_MOST = 400
"""Characters; more are no code."""
ENTERS = ("enter", "ctrl+j")
"""Some scanners end a code with a line feed; some with both."""


class Scan(NamedTuple):
    """A scan that is over, and what the input line held before it."""

    code: str
    text: str = ""
    at: int = 0
    """Letters before the cursor."""
    key: str = ""
    """The key that ended it, if one did."""
    ended: bool = True
    """Whether the scanner said so; otherwise it was silence."""


class _Stroke(NamedTuple):
    """A character, and what the line held before it."""

    character: str
    text: str
    at: int

    @property
    def after(self) -> str:
        return self.text[: self.at] + self.character + self.text[self.at :]


class Scans:
    """Watches the keys go by. Times are in seconds, of any clock that does not go back."""

    def __init__(
        self, *, prefix: str = "", suffix: str = "enter", gap_ms: int = 35, least: int = 6
    ) -> None:
        self._prefix = prefix
        self._ends_with = suffix if suffix not in ("enter", "tab", "none") else ""
        self._end_keys = (*ENTERS, "tab") if suffix == "tab" else ENTERS
        self._by_silence = suffix == "none"
        self._gap = gap_ms / 1000
        self._least = least
        self._last = float("-inf")
        self._ended_by = ""
        self._forget()

    def _forget(self) -> None:
        self._strokes: list[_Stroke] = []
        self._run = self._longest = 0

    @property
    def patience(self) -> float:
        """Seconds of silence after which a scan is over."""
        return self._gap * TORN

    @property
    def waits(self) -> bool:
        """Whether silence would end a scan now."""
        return self._by_silence and self._scan("") is not None

    def over(self, time: float, text: str) -> Scan | None:
        """The scan that silence has ended by now, while the line holds ``text``."""
        if not self.waits or self._disturbed(text) or 0 <= time - self._last < self.patience:
            return None
        scan = self._scan("")
        self._forget()
        return scan._replace(ended=False) if scan else None

    def character(self, character: str, time: float, text: str, at: int) -> Scan | None:
        """``character`` came while the line held ``text``; the scan that it ends, if it does."""
        pause = self._pause(time)
        if pause > self.patience or len(self._strokes) >= _MOST or self._disturbed(text):
            self._forget()
        self._run = self._run + 1 if pause <= self._gap else 1
        self._longest = max(self._longest, self._run)
        self._strokes.append(_Stroke(character, text, at))
        if not self._ends_with or not self._typed().endswith(self._ends_with):
            return None
        scan = self._scan("", without=len(self._ends_with))
        if scan is not None:
            self._forget()
        return scan

    def key(self, key: str, time: float, text: str) -> Scan | None:
        """Any other key was pressed while the line held ``text``; the scan that it ends, if it
        does."""
        in_time = self._pause(time) <= self.patience and not self._disturbed(text)
        scan = self._scan(key) if key in self._end_keys and in_time else None
        self._forget()
        self._ended_by = key if scan is not None else ""
        return scan

    def repeats(self, key: str, time: float) -> bool:
        """Whether ``key`` is the line feed behind the carriage return of a scan: no Enter of its
        own."""
        both = self._ended_by == "enter" and key == "ctrl+j"
        return both and 0 <= time - self._last <= self._gap

    def _disturbed(self, text: str) -> bool:
        """Whether something else has changed the line: then it cannot be put back."""
        return bool(self._strokes) and self._strokes[-1].after != text

    def _pause(self, time: float) -> float:
        pause, self._last = time - self._last, time
        self._ended_by = ""
        return pause if pause >= 0 else float("inf")

    def _typed(self) -> str:
        return "".join(stroke.character for stroke in self._strokes)

    def _scan(self, key: str, without: int = 0) -> Scan | None:
        """What was typed so fast, if it is a scan; ``without`` so many characters at its end."""
        typed = self._typed()
        start = typed.find(self._prefix) if self._prefix else -1
        code = typed[start + len(self._prefix) :] if start >= 0 else typed
        code = code[: len(code) - without]
        # A key that is held down repeats as fast; a short scan is known by its prefix.
        fast = self._longest >= min(self._least, len(typed) - start if start >= 0 else self._least)
        if not code or not fast or (start < 0 and len(set(code)) == 1):
            return None
        first = self._strokes[max(start, 0)]
        return Scan(code, first.text, first.at, key)


# --- where a scan belongs


def knows(place: "Workplace", code: str) -> bool:
    """Whether anything is known under this code, so that it may go past what is being asked."""
    from cashier.meaning import Unknown, meaning  # nobody scans before the first paint

    return not isinstance(meaning(code, place.shop.codes, place.catalog), Unknown)


def fits(place: "Workplace", kind: str, code: str) -> bool:
    """Whether a prompt of this kind asks for such a code; otherwise the scan goes past it."""
    from cashier import meaning as m
    from screens.prompts import LONGEST_CODE

    if kind == "code":  # refuses what is too long in its own words; the rest would cost a try
        return len(code) > LONGEST_CODE
    wanted: dict[str, tuple[type, ...]] = {
        "certificate": (m.CertificateCode, m.CouponCode, m.BuyerCode),
        "coupon": (m.CouponCode, m.CertificateCode),
        "customer": (m.BuyerCode,),
        "price": (m.GoodsCode, m.WeightCode),
        "sale": (m.SlipCode, m.BuyerCode),
    }
    if kind not in wanted:
        return False
    return isinstance(m.meaning(code, place.shop.codes, place.catalog), (m.Unknown, *wanted[kind]))
