"""Where a message goes: over HTTP to a server, or to an emulated Kopilka in this program."""

from typing import Protocol

from backends.http import Answer as Came
from backends.http import Call, Door
from backends.set10.kopilka import wire
from backends.set10.kopilka.translate import reason_of
from backends.set10.kopilka.wire import Answer, Dialect, Said, Word
from cashier.exchange import Cause, OutcomeUnknown, Refused, Unavailable
from cashier.sheets.sample import Sample


class Line(Protocol):
    async def ask(self, said: Said) -> Answer:
        """Raises Refused, Unavailable and, where it changes something, OutcomeUnknown."""
        ...

    def samples(self) -> tuple[Sample, ...]:
        """What of its demo there is to scan."""
        ...

    async def close(self) -> None: ...


class HttpLine:
    """XML posted to one address. That it is HTTP at all is inferred: the log has only the XML."""

    def __init__(self, door: Door, path: str, dialect: Dialect) -> None:
        self._door, self._path, self._dialect = door, path, dialect
        door.keep_secret(dialect.recipe.key)

    async def ask(self, said: Said) -> Answer:
        try:
            body = wire.write(said, self._dialect)
        except ValueError as error:  # a name of a shop that XML cannot hold
            raise Unavailable(str(error), cause=Cause.PROTOCOL) from error
        headers = (("Content-Type", wire.CONTENT_TYPE),)
        changes = said.word is not Word.BALANCE
        call = Call("POST", self._path, body, headers, changes=changes)
        return await self._door.ask(call, lambda came: self._read(said, came))

    def _read(self, said: Said, came: Came) -> Answer:
        """Raises Refused, ValueError."""
        kind = came.headers.get("content-type", "")
        if not came.ok:
            raise ValueError("there is no answer in it")
        answer = wire.read_answer(came.body, kind, said, self._dialect)
        if answer.code:
            raise Refused(reason_of(answer.code), answer.text, code=str(answer.code))
        return answer

    def samples(self) -> tuple[Sample, ...]:
        """Whom a server knows is its own affair."""
        return ()

    async def close(self) -> None:
        await self._door.close()


async def surely(line: Line, said: Said) -> Answer:
    """After silence once more: the same ``uid`` or ``check`` twice is one."""
    try:
        return await line.ask(said)
    except OutcomeUnknown as unknown:
        try:
            return await line.ask(said)
        except Unavailable as error:
            raise unknown from error
