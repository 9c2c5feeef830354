"""Asking the service: an envelope there, rows or a no back."""

from backends import soap
from backends.http import Answer, Call, Door, basic
from backends.set10.bonus import translate
from backends.set10.bonus.options import BonusOptions
from backends.set10.bonus.translate import Row
from backends.set10.bonus.wire import DONE, Method
from backends.soap import Code, Fault, Version
from cashier.exchange import Cause, OutcomeUnknown, Reason, Refused, Unavailable

_ERROR, _TEXT = DONE[0].name, DONE[1].name


class Link:
    """The service, for one till."""

    def __init__(self, door: Door, options: BonusOptions) -> None:
        self._door, self._path, self.dialect = door, options.path, options.dialect()
        self._signed = _authorization(options)
        self._headers = (*soap.request_headers(Version.V11), *self._signed)
        door.keep_secret(options.password, *(value for _name, value in self._signed))
        self._offered: frozenset[str] = frozenset()

    async def close(self) -> None:
        await self._door.close()

    async def look(self) -> None:
        """Read the description of the service. Raises Unavailable."""
        call = Call("GET", f"{self._path}?wsdl", headers=self._signed)
        self._offered = await self._door.ask(call, _operations)

    def has(self, method: Method) -> bool:
        """Whether it is to be used; one that the service does not describe is not."""
        name = self.dialect.name(method)
        return bool(name) and (not self._offered or name in self._offered)

    async def ask(self, method: Method, values: Row, *, changes: bool = False) -> list[Row]:
        """Raises Refused, Unavailable, and where it ``changes`` something OutcomeUnknown."""
        try:
            asked = translate.request(method, values, self.dialect)
        except ValueError as error:  # a card number that XML cannot hold
            raise Unavailable(str(error), cause=Cause.PROTOCOL) from error
        body = soap.write(Version.V11, asked)
        call = Call("POST", self._path, body, self._headers, changes=changes)
        try:
            return await self._door.ask(call, lambda came: self._rows(method, came))
        except (Unavailable, OutcomeUnknown) as silence:
            fault = soap.fault_in(silence.raw) if silence.cause is Cause.STATUS else None
            if fault is not None and _did_nothing(fault):
                raise _refusal(fault) from silence
            raise

    def _rows(self, method: Method, came: Answer) -> list[Row]:
        """Raises Refused, ValueError."""
        message = soap.read(came.body, came.headers.get("content-type", ""))
        if message.fault is not None and _did_nothing(message.fault):
            raise _refusal(message.fault)
        if message.fault is not None or message.body is None or not came.ok:
            raise ValueError(message.fault.text if message.fault else "there is no answer in it")
        _check(message.body)
        rows = translate.read_answer(method, message.body, self.dialect)
        if method.answers is DONE and method.known and not rows and len(message.body):
            raise ValueError(f"{_ERROR} is missing")
        return rows


def _check(content: soap.Element) -> None:
    """The service's own no, wherever it stands. Raises Refused, ValueError."""
    for one in content.iter("*"):
        code = soap.read_text(one, _ERROR)
        if code and int(code):
            text = soap.read_text(one, _TEXT) or ""
            raise Refused(translate.reason_of(int(code)), text, code=str(int(code)))


def _did_nothing(fault: Fault) -> bool:
    return fault.code in (Code.SENDER, Code.VERSION, Code.UNDERSTAND)


def _refusal(fault: Fault) -> Refused:
    return Refused(Reason.OTHER, fault.text, code=fault.word)


def _operations(came: Answer) -> frozenset[str]:
    """Names in a description; none where it keeps them in another file. Raises ValueError."""
    if not came.ok:
        raise ValueError("there is no description")
    root = soap.parse(came.body, came.headers.get("content-type", ""))
    if soap.local(root) != "definitions":
        raise ValueError("expected a description of the service")
    ports = soap.children(root, "portType")
    return frozenset(
        one.get("name", "") for port in ports for one in soap.children(port, "operation")
    )


def _authorization(options: BonusOptions) -> tuple[tuple[str, str], ...]:
    """No source says how the service knows who asks; HTTP Basic is usual there (*emulated*)."""
    if not options.login:
        return ()
    return (("Authorization", basic(options.login, options.password)),)
