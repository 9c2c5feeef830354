"""A recording in the place of a loyalty system: it answers what was answered, with no network.

The next recorded exchange of the method whose request equals what is asked is played: its answer,
its refusal, its silence, its bytes. A request that differs is a difference, said in words.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from cashier.errors import ConfigError
from cashier.exchange import (
    Cause,
    FeedbackLeft,
    Frozen,
    Opening,
    OutcomeUnknown,
    Reason,
    Refused,
    System,
    Unavailable,
)
from cashier.i18n import _
from cashier.likeness import Correspondence, Difference, differences
from cashier.methods import Method
from cashier.receipt import Feedback
from cashier.recording import REMARK, Recording
from cashier.records import read, stored
from cashier.uniform import Uniform
from cashier.witness import Exchange, Outcome, note, tap

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")
Mask = Callable[[Exchange], Exchange]

_MOST_NOTES = 50


class Replay(Uniform):
    """Plays a recording. Asked once more than was recorded, it answers as it did last."""

    def __init__(self, recording: Recording, mask: Mask | None = None) -> None:
        """``mask``: for a masked recording, what is asked is masked before it is compared.

        Raises ConfigError for a recording that does not say who the system is.
        """
        self.recording = recording
        self._mask = mask if recording.header.masked else None
        opened = [one for one in recording.exchanges if one.method == "open"]
        self._open = next((one for one in opened if one.outcome is Outcome.ANSWERED), None)
        if self._open is None:
            raise ConfigError(_("The recording does not say who the loyalty system is."))
        self._left = [one for one in recording.exchanges if one.method not in ("open", REMARK)]
        self._played: list[Exchange] = []
        self._pairs = Correspondence()
        self.differed: list[tuple[str, list[Difference]]] = []
        """Methods that were asked otherwise than was recorded, with the differences."""

    @classmethod
    def load(cls, path: Path, mask: Mask | None = None) -> "Replay":
        """Raises ConfigError that names file and line."""
        return cls(Recording.load(path), mask)

    async def open(self, opening: Opening) -> System:  # noqa: ARG002 - any till may ask
        assert self._open is not None  # looked for at the beginning
        self._tell(self._open)
        system: System = read(System, self._open.answer)
        return system

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        asked = self._asked(method, request)
        found = self._next(method.name, asked)
        if found is None:
            raise self._differs(method.name, asked)
        self._tell(found)
        return self._outcome(method, found)

    def not_asked(self) -> list[Exchange]:
        """What was recorded and never asked for, in order."""
        return [one for one in self._left if one.outcome is not Outcome.CANCELLED]

    # --- which one

    def _asked(self, method: Method[Q, A], request: Q) -> Any:
        body = stored(method.request, request)
        if self._mask is not None:
            assert self._open is not None  # looked for at the beginning
            bare = Exchange(self._open.at, "", method.name, Outcome.ANSWERED, body)
            body = self._mask(bare).request
        return json.loads(body)

    def _next(self, method: str, asked: Any) -> Exchange | None:
        """The next that is not played yet, else the last one that was: asked again."""
        rank = {Outcome.CANCELLED: 1, Outcome.BROKEN: 1}
        waiting = [one for one in self._left if one.method == method]
        for one in sorted(waiting, key=lambda one: rank.get(one.outcome, 0)):
            if self._equals(asked, one):
                self._left.remove(one)
                self._played.append(one)
                return one
        for one in reversed(self._played):
            if one.method == method and self._equals(asked, one):
                note(_("asked once more than was recorded"))
                return one
        return None

    def _equals(self, asked: Any, one: Exchange) -> bool:
        tried = self._pairs.tried()
        if differences(asked, json.loads(one.request), tried):
            return False
        self._pairs.become(tried)
        return True

    def _differs(self, method: str, asked: Any) -> Unavailable:
        """Against the recorded one that comes nearest."""
        note(_("from the recording"))
        candidates = [
            differences(asked, json.loads(one.request), self._pairs.tried())
            for one in (*self._left, *self._played)
            if one.method == method
        ]
        if not candidates:
            self.differed.append((method, []))
            text = _("The recording has no such request: {method}.").format(method=method)
            return Unavailable(text, cause=Cause.PROTOCOL, ours=True)
        nearest = min(candidates, key=len)
        self.differed.append((method, nearest))
        for difference in nearest[:_MOST_NOTES]:
            note(str(difference))
        text = _("This differs from the recording. {difference}.")
        text = text.format(difference=_capital(str(nearest[0])))
        return Unavailable(text, cause=Cause.PROTOCOL, ours=True)

    # --- what came of it

    def _tell(self, played: Exchange) -> None:
        note(_("from the recording"))
        for text in played.notes:
            note(text)
        listening = tap()
        if listening is not None:
            listening.calls.extend(played.calls)

    def _feedback(self, played: Exchange) -> tuple[Feedback, ...]:
        """The feedback that came with trouble."""
        if not played.answer:
            return ()
        answer = self._pairs.translated(json.loads(played.answer))
        left: FeedbackLeft = read(FeedbackLeft, json.dumps(answer).encode())
        return left.feedback

    def _silence(
        self, kind: type[Unavailable] | type[OutcomeUnknown], played: Exchange
    ) -> Unavailable | OutcomeUnknown:
        left = self._feedback(played)
        return kind(played.text, cause=Cause(played.reason), raw=played.raw, feedback=left)

    def _outcome(self, method: Method[Q, A], played: Exchange) -> A:
        match played.outcome:
            case Outcome.ANSWERED:
                answer = self._pairs.translated(json.loads(played.answer))
                found: A = read(method.answer, json.dumps(answer).encode())
                return found
            case Outcome.REFUSED:
                raise Refused(
                    Reason(played.reason),
                    played.text,
                    code=played.code,
                    feedback=self._feedback(played),
                )
            case Outcome.UNAVAILABLE:
                raise self._silence(Unavailable, played)
            case Outcome.UNKNOWN:
                raise self._silence(OutcomeUnknown, played)
            case Outcome.CANCELLED:
                raise Unavailable(_("in the recording nobody waited for this answer"))
            case _:
                kind = OutcomeUnknown if method.changes else Unavailable
                raise kind(played.text, cause=Cause.PROTOCOL)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def report(replay: Replay) -> str:
    """At the end: what was not asked, and what was asked otherwise; empty: all as recorded."""
    rows = []
    left = replay.not_asked()
    if left:
        rows.append(_("Recorded, but not asked:"))
        rows += [f"  {one.at:%H:%M:%S}  {one.method}" for one in left]
    if replay.differed:
        rows.append(_("Asked otherwise than recorded:"))
        for method, found in replay.differed:
            first = str(found[0]) if found else _("there is no such request")
            rows.append(f"  {method}  {first}")
    return "\n".join(rows)
