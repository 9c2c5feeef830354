"""A mapping as it stands in its file. ``docs/mapping.md`` tells what every field means."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from cashier.config import Settings
from cashier.exchange import Can, Reason, Registration
from cashier.i18n import _

Raw: TypeAlias = Any
"""A template: text is an expression, numbers, true and false are themselves, tables and lists are
made of templates."""

NAME = "^[a-z][a-z0-9_]*$"
"""Names that expressions can use."""
HTTP = r"^(GET|POST|PUT|PATCH|DELETE) (/|https?://[^/{\s]+/)\S*.*$"


ABILITIES = {one.name.lower(): one for one in Can if one.name and one is not Can.FEEDBACK}
"""What a mapped system may be able to do."""


def _ability(name: str) -> str:
    known = list(ABILITIES)
    if name not in known:
        why = _("expected one of: {values}").format(values=", ".join(known))
        raise PydanticCustomError("ability", "{why}", {"why": why})
    return name


class RefusedFile(Settings):
    """How a no looks: ``[[refused]]``."""

    when: str = "status >= `400`"
    reason: Reason | None = None
    """The reason, where this rule has but one."""
    code: str = ""
    """The system's own code."""
    text: str = ""
    reasons: dict[str, Reason] = {}
    """Our reason for each of their codes."""
    otherwise: Reason = Reason.OTHER
    """For codes that are not in ``reasons``."""


class WireFile(Settings):
    """A request over HTTP and what is looked at in its answer."""

    query: Raw = None
    headers: Raw = None
    body: Raw = None
    form: Raw = None
    """A body as a web form sends it."""
    must: tuple[str, ...] = ()
    """What has to be true of the answer."""
    sample: str = ""
    """An answer to try the mapping with."""
    sample_status: int = Field(default=200, ge=200, le=499)


class StepFile(WireFile):
    """One step of a method: ``[[identify.step]]``. It makes a call, or works something out."""

    http: str = Field(default="", pattern="^$|" + HTTP[1:])
    """``POST /cards/{request.card}``; left out: nothing is sent."""
    name: str = Field(default="", pattern="^$|" + NAME)
    """Under which later expressions find what it brought."""
    when: str = ""
    """Left out unless this is true."""
    each: str = ""
    """Done for each element of this list, which is called ``item``."""
    accept: str = ""
    """An answer all the same, whatever its status says."""
    refused: tuple[RefusedFile, ...] = ()
    keep: Raw = None
    """What is kept under ``name``; the body of the answer by default."""
    done: str = ""
    """If this is true the method ends here, with ``answer``."""
    answer: Raw = None
    changes: bool | None = None
    """Whether silence leaves the till unsure; by default whatever is no GET of a method that
    changes something."""
    optional: bool = False
    """Whatever goes wrong with it, the method goes on."""
    undoes: str = ""
    """The step that this one takes back: done only when a later one failed."""
    empty: bool = False
    """An answer without a body is one."""


class MethodFile(Settings):
    step: tuple[StepFile, ...] = ()
    answer: Raw = None


class OpenFile(MethodFile):
    settings: Raw = None
    """What is read once and kept: all expressions know it as ``settings``."""


class SignInFile(WireFile):
    http: str = Field(pattern=HTTP)
    session: Raw
    """What is kept of the answer; every text in it is a secret."""
    lasts: str = ""
    """How many seconds it is good for, if the system says so."""
    again: str = "status == `401`"
    """An answer to any call that asks for a new session."""


class OptionFile(Settings):
    """An option of the shop card beside ``url``, ``login``, ``password`` and ``network``."""

    default: str | int | bool | None = None
    """None: the shop card must give it."""
    secret: bool = False
    about: str = ""


class ServiceFile(Settings):
    name: str = Field(min_length=1, max_length=100)
    url: str = ""
    """The base address, where the shop card gives none."""
    can: tuple[Annotated[str, AfterValidator(_ability)], ...]
    point_value: int = Field(default=100, ge=1)
    """Minor units of money that one point is worth."""
    currency: str = Field(default="", pattern="^$|^[A-Z]{3}$")
    emulated: bool = False
    format: Literal["json", "xml"] = "json"
    lists: tuple[str, ...] = ()
    """XML: elements that are lists, even when there is only one."""
    headers: Raw = None
    """Sent with every call."""
    registration: Registration = Registration()


class MappingFile(Settings):
    """The whole file; one field for each method of the exchange."""

    service: ServiceFile
    options: dict[Annotated[str, Field(pattern=NAME)], OptionFile] = {}
    tables: dict[Annotated[str, Field(pattern=NAME)], dict[str, str | int | bool]] = {}
    parts: dict[Annotated[str, Field(pattern=NAME)], Raw] = {}
    """Templates that are used by name, in several places: ``part('basket')``."""
    sign_in: SignInFile | None = None
    refused: tuple[RefusedFile, ...] = ()
    open: OpenFile | None = None
    identify: MethodFile | None = None
    register_: MethodFile | None = Field(default=None, alias="register")
    attach_card: MethodFile | None = None
    upgrade_level: MethodFile | None = None
    check_coupon: MethodFile | None = None
    calculate: MethodFile | None = None
    points: MethodFile | None = None
    reserve: MethodFile | None = None
    release: MethodFile | None = None
    save_sale: MethodFile | None = None
    cancel_sale: MethodFile | None = None
    certificate: MethodFile | None = None
    find_sale: MethodFile | None = None
    save_return: MethodFile | None = None

    def method(self, name: str) -> MethodFile | None:
        found: MethodFile | None = getattr(self, "register_" if name == "register" else name)
        return found
