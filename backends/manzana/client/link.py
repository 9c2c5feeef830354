"""Asking the service: a request in an envelope there, its answer or a no back."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from backends import soap
from backends.http import Answer, Call, Door, basic
from backends.manzana.client.options import Auth, ManzanaOptions, Operation, Soap
from backends.manzana.translate.reasons import reason_of
from backends.manzana.wire import codes, office
from backends.manzana.wire.office import Contract
from backends.manzana.wire.parts import NAMESPACE, put, say
from backends.soap import Code, Element, Fault, Version
from cashier.clock import Clock
from cashier.errors import ConfigError
from cashier.exchange import Cause, OutcomeUnknown, Reason, Refused, Unavailable
from cashier.i18n import _

A = TypeVar("A")
_VERSIONS = {Soap.V11: Version.V11, Soap.V12: Version.V12}


class Known(Refused):
    """The service has this cheque already; ``told``: its answer, which may say what it was."""

    def __init__(self, reason: Reason, text: str, code: str, told: Element) -> None:
        super().__init__(reason, text, code=code)
        self.told = told


class Link:
    """The service, for one till."""

    def __init__(self, door: Door, options: ManzanaOptions) -> None:
        self._door, self._path = door, options.path
        self._operation, self._org_name = options.operation, options.org_name
        self._version = _VERSIONS[options.soap]
        self._signed = _authorization(options)
        self._office, self._session = options.private_office, options.office_session
        action = f"{NAMESPACE}/{options.operation}"
        self._headers = (*soap.request_headers(self._version, action), *self._signed)
        door.keep_secret(options.password, *(value for _name, value in self._signed))
        self._described = ""

    async def close(self) -> None:
        await self._door.close()

    async def look(self) -> None:
        """Whether somebody is there, and lets us in. Raises Unavailable."""
        call = Call("GET", f"{self._path}?wsdl", headers=self._signed)
        self._described = await self._door.ask(call, _description)

    def knows(self, request: str) -> bool:
        """A service that does not describe itself may know everything."""
        return not self._described or f'"{request}"' in self._described

    async def ask(
        self, request: Element, read: Callable[[Element], A], *, changes: bool = False
    ) -> A:
        """What ``read`` makes of an answer that all is well; it raises Refused, ValueError.

        Raises Refused, Unavailable, and where it ``changes`` something OutcomeUnknown.
        """
        name = soap.local(request)
        body = soap.write(self._version, self._wrapped(request))
        call = Call("POST", self._path, body, self._headers, changes=changes)
        try:
            return await self._door.ask(call, lambda came: read(_answer(name, changes, came)))
        except (Unavailable, OutcomeUnknown) as silence:
            fault = soap.fault_in(silence.raw) if silence.cause is Cause.STATUS else None
            if fault is not None and _did_nothing(fault):
                raise _refusal(fault) from silence
            raise

    async def execute(
        self, contract: Contract, given: Mapping[str, str], read: Callable[[Element], A]
    ) -> A:
        """What ``read`` makes of the ``Result`` of a contract of the private office, each of which
        changes something; it raises ValueError.

        Raises Refused, Unavailable, OutcomeUnknown.
        """
        action = office.NAMESPACE + office.OPERATION
        headers = (*soap.request_headers(self._version, action), *self._signed)
        body = soap.write(self._version, office.execute(self._session, contract, given))
        call = Call("POST", self._office, body, headers, changes=True)
        try:
            return await self._door.ask(call, lambda came: read(_result(came)))
        except (Unavailable, OutcomeUnknown) as silence:
            fault = soap.fault_in(silence.raw) if silence.cause is Cause.STATUS else None
            if fault is not None:
                _check_fault(fault)
            raise

    def _wrapped(self, request: Element) -> Element:
        made = soap.element(self._operation, NAMESPACE, "loy")
        inside = put(made, "request")
        if self._operation is Operation.PROCESS_REQUEST_INFO:
            inside = put(inside, "Requests")
        inside.append(request)
        say(made, "orgName", self._org_name)
        return made


def door_of(options: ManzanaOptions, clock: Clock, card: Path) -> Door:
    """Raises ConfigError."""
    if options.auth is not Auth.NTLM:
        return Door(options.url, options.network, clock, beside=card)
    try:  # few need it, and it is not always installed
        from backends.manzana.client.ntlm import NtlmTransport
    except ImportError as error:
        text = _('{file}: auth = "ntlm" needs: pip install "cashier-emulator[ntlm]"')
        raise ConfigError(text.format(file=card)) from error
    signing = partial(NtlmTransport, login=options.login, password=options.password)
    return Door(options.url, options.network, clock, beside=card, signing=signing)


def _authorization(options: ManzanaOptions) -> tuple[tuple[str, str], ...]:
    if options.auth is not Auth.BASIC:
        return ()
    return (("Authorization", basic(options.login, options.password)),)


def _description(came: Answer) -> str:
    """Empty where there is none to be read. Raises ValueError for whom it does not let in."""
    if came.status in (401, 403):
        raise ValueError("it does not let us in")
    return came.body.decode("utf-8", "replace") if came.ok and b"definitions" in came.body else ""


def _answer(request: str, changes: bool, came: Answer) -> Element:
    """Raises Refused, Unavailable, OutcomeUnknown, ValueError."""
    message = soap.read(came.body, came.headers.get("content-type", ""))
    if message.fault is not None and _did_nothing(message.fault):
        raise _refusal(message.fault)
    if message.fault is not None or message.body is None or not came.ok:
        raise ValueError(message.fault.text if message.fault else "there is no answer in it")
    wanted = request.removesuffix("Request") + "Response"
    found = list(message.body.iter("{*}" + wanted))
    if len(found) != 1:
        raise ValueError(f"expected one {wanted}, there are {len(found)}")
    _check(found[0], changes=changes, raw=came.body)
    return found[0]


def _result(came: Answer) -> Element:
    """Raises Refused, ValueError."""
    message = soap.read(came.body, came.headers.get("content-type", ""))
    if message.fault is not None:
        _check_fault(message.fault)
    if message.body is None or not came.ok:
        raise ValueError("there is no answer in it")
    return office.read_executed(message.body)


def _check_fault(fault: Fault) -> None:
    """Raises Refused for what the private office says no to, and what nobody understood."""
    said = office.read_fault(fault)
    if said is not None:
        code, words = said
        raise Refused(reason_of(int(code)) if code.isdecimal() else Reason.OTHER, words, code=code)
    if _did_nothing(fault):
        raise _refusal(fault)


def _check(told: Element, *, changes: bool, raw: bytes) -> None:
    """Raises what ``_answer`` raises."""
    word = soap.read_text(told, "ReturnCode")
    if not word:
        raise ValueError("ReturnCode is missing")
    code, text = int(word), soap.read_text(told, "Message") or ""
    if code == codes.FINE:
        return
    if code == codes.NO_ACCESS:
        raise Unavailable(f"{code}: {text}", cause=Cause.CREDENTIALS, raw=raw)
    if code in codes.TROUBLE:
        kind = OutcomeUnknown if changes else Unavailable
        raise kind(f"{code}: {text}", cause=Cause.STATUS, raw=raw)
    if code in codes.AGAIN:
        raise Known(reason_of(code), text, str(code), told)
    raise Refused(reason_of(code), text, code=str(code))


def _did_nothing(fault: Fault) -> bool:
    return fault.code in (Code.SENDER, Code.VERSION, Code.UNDERSTAND)


def _refusal(fault: Fault) -> Refused:
    return Refused(Reason.OTHER, fault.text, code=fault.word)
