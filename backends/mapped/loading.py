"""Reading a mapping: everything is compiled, every mistake is told with line and field."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from backends.mapped import names
from backends.mapped.compiling import Compiler
from backends.mapped.file import MappingFile, MethodFile, RefusedFile, SignInFile, StepFile
from backends.mapped.language import Constant, Expression
from backends.mapped.plan import Mapping, MethodPlan, Refusal, SignInPlan, StepPlan, Wire
from backends.mapped.shapes import ANY, PLAIN, Shape
from cashier.config import Where, parse, read_text
from cashier.errors import ConfigError
from cashier.exchange import Can
from cashier.i18n import _
from cashier.methods import METHODS, SEND_FEEDBACK

UNMAPPED = frozenset((SEND_FEEDBACK.name,))
"""A mapping keeps nothing back: it leaves no feedback, and none is handed to it."""
NEEDS: dict[Can, tuple[str, ...]] = {
    Can.REGISTER: ("register",),
    Can.ATTACH_CARD: ("attach_card",),
    Can.CHOOSE_CARD: ("attach_card",),
    Can.COUPONS: ("check_coupon",),
    Can.SPEND: ("points",),
    Can.RESERVE: ("reserve", "release"),
    Can.UPGRADE_LEVEL: ("upgrade_level",),
    Can.CANCEL_SALE: ("cancel_sale",),
    Can.FIND_SALE: ("find_sale",),
    Can.RETURN: ("save_return",),
    Can.RETURN_PART: ("save_return",),
    Can.HOLD: ("reserve", "release"),
    Can.CERTIFICATES: ("certificate",),
}
"""The methods that an ability is made of; ``save_sale`` is always needed."""
OPTIONS = ("url", "login", "password")
"""What every shop card has, whatever the mapping says."""
_TAKEN = frozenset(("file", "network", *OPTIONS))
_ANSWERED = names.answered_shape()


def load_mapping(path: Path) -> Mapping:
    """The mapping in a file. Raises ConfigError with every mistake in it."""
    return parse_mapping(read_text(path), str(path))


def parse_mapping(text: str, name: str) -> Mapping:
    """A mapping from TOML; errors call it ``name``. Raises ConfigError."""
    file = parse(text, MappingFile, name)
    loader = _Loader(Compiler(text, name, tables=frozenset(file.tables)))
    made = loader.mapping(file)
    if loader.compiler.errors:
        raise ConfigError("\n".join(loader.compiler.errors))
    return made


@dataclass
class _Loader:
    compiler: Compiler
    around: dict[str, Shape] = field(default_factory=dict)
    """Names that mean the same everywhere."""

    def mapping(self, file: MappingFile) -> Mapping:
        self.around = {
            "opening": names.opening_shape(),
            "options": Shape(dict.fromkeys((*OPTIONS, *file.options), PLAIN)),
            "now": PLAIN,
            "context": ANY,
            "settings": ANY,
            "session": ANY,
        }
        compiler = self.compiler
        for name in sorted(set(file.options) & _TAKEN):
            compiler.wrong(("options", name), _("every shop card has this option"))
        for name, raw in file.parts.items():  # each may use those above it: no circles
            compiler.parts[name] = compiler.bare(raw, ("parts", name)) or Constant(None)
        sign_in = self._sign_in(file)
        headers = compiler.template(
            file.service.headers, ("service", "headers"), {**self.around, "sent": PLAIN}
        )
        refused = self._refusals(file.refused, ("refused",), {**self.around, **_ANSWERED})
        methods: dict[str, MethodPlan] = {}
        for name in METHODS:  # ``open`` comes first: it brings the settings
            one = None if name in UNMAPPED else file.method(name)
            if one is not None:
                methods[name] = self._method(name, one)
        self._check_abilities(file, methods)
        return Mapping(
            file=compiler.name,
            service=file.service,
            options=file.options,
            tables=file.tables,
            parts=compiler.parts,
            headers=headers,
            sign_in=sign_in,
            refused=refused,
            methods=methods,
        )

    def _check_abilities(self, file: MappingFile, methods: dict[str, MethodPlan]) -> None:
        if "save_sale" not in methods:
            text = _("every system saves sales: this table is required")
            self.compiler.wrong(("save_sale",), text)
        for name in file.service.can:
            for method in NEEDS[Can[name.upper()]]:
                if method not in methods:
                    text = _("{ability} needs the table {method}")
                    why = text.format(ability=name, method=method)
                    self.compiler.wrong(("service", "can"), why)

    def _sign_in(self, file: MappingFile) -> SignInPlan | None:
        one = file.sign_in
        if one is None:
            return None
        compiler, known = self.compiler, {**self.around, **_ANSWERED}
        session = compiler.template(one.session, ("sign_in", "session"), known)
        plan = SignInPlan(
            wire=self._wire(one, ("sign_in",), self.around),
            must=self._must(one.must, ("sign_in",), known),
            session=session or Constant(None),
            lasts=compiler.maybe(one.lasts, ("sign_in", "lasts"), known),
            again=compiler.expression(one.again, ("sign_in", "again"), known),
        )
        self.around["session"] = compiler.shape(session, known)
        return plan

    def _method(self, name: str, one: MethodFile) -> MethodPlan:
        compiler = self.compiler
        known = {**self.around, "request": names.request_shape(METHODS[name])}
        steps: list[StepPlan] = []
        for place, step in enumerate(one.step):
            steps.append(self._step(step, (name, "step", place), known))
            if step.undoes and step.undoes not in [earlier.name for earlier in steps[:-1]]:
                text = _("there is no step {name} before this one")
                compiler.wrong((name, "step", place, "undoes"), text.format(name=step.undoes))
            if step.name:
                known[step.name] = ANY
            if step.http:
                known |= _ANSWERED
        self._check_answer(name, one)
        settings = compiler.template(getattr(one, "settings", None), (name, "settings"), known)
        if name == "open":
            self.around["settings"] = compiler.shape(settings, known)
        answer = compiler.template(one.answer, (name, "answer"), known)
        return MethodPlan(tuple(steps), answer, compiler.place((name, "answer")), settings)

    def _check_answer(self, name: str, one: MethodFile) -> None:
        nothing = METHODS[name].answer is None
        if nothing and one.answer is not None:
            self.compiler.wrong((name, "answer"), _("this method answers nothing"))
        elif not nothing and one.answer is None and name != "open":
            self.compiler.wrong((name, "answer"), _("this field is required"))

    def _step(self, one: StepFile, where: Where, around: dict[str, Shape]) -> StepPlan:
        compiler, known = self.compiler, dict(around)
        if one.name and one.name in {*known, *_ANSWERED, "item", "sent"}:
            compiler.wrong((*where, "name"), _("this name means something else already"))
        when = compiler.maybe(one.when, (*where, "when"), known)
        each = compiler.maybe(one.each, (*where, "each"), known)
        if each is not None:
            known["item"] = compiler.shape(each, known).item or ANY
        answered = {**known, **_ANSWERED} if one.http else known
        if bool(one.done) != (one.answer is not None):
            missing = "answer" if one.done else "done"
            compiler.wrong((*where, missing), _("done and answer of a step go together"))
        if not one.http:
            self._check_quiet(one, where)
        return StepPlan(
            wire=self._wire(one, where, known) if one.http else None,
            place=compiler.place(where),
            name=one.name,
            when=when,
            each=each,
            must=self._must(one.must, where, answered),
            accept=compiler.maybe(one.accept, (*where, "accept"), answered),
            refused=self._refusals(one.refused, (*where, "refused"), answered),
            keep=compiler.template(one.keep, (*where, "keep"), answered),
            done=compiler.maybe(one.done, (*where, "done"), answered),
            answer=compiler.template(one.answer, (*where, "answer"), answered),
            changes=one.changes,
            optional=one.optional,
            empty=one.empty,
            undoes=one.undoes,
        )

    def _check_quiet(self, one: StepFile, where: Where) -> None:
        """A step that sends nothing has nothing of a call."""
        for name in ("query", "headers", "body", "form", "accept", "sample"):
            if getattr(one, name) not in (None, ""):
                self.compiler.wrong((*where, name), _("this needs a call: http"))

    def _must(
        self, claims: tuple[str, ...], where: Where, known: dict[str, Shape]
    ) -> tuple[Expression, ...]:
        return tuple(
            self.compiler.expression(text, (*where, "must", place), known)
            for place, text in enumerate(claims)
        )

    def _wire(self, one: StepFile | SignInFile, where: Where, known: dict[str, Shape]) -> Wire:
        compiler = self.compiler
        verb, _space, path = one.http.partition(" ")
        if one.body is not None and one.form is not None:
            compiler.wrong((*where, "form"), _("a call has a body or a form, not both"))
        return Wire(
            verb=verb,
            path=self._path(path, (*where, "http"), known),
            query=compiler.template(one.query, (*where, "query"), known),
            headers=compiler.template(one.headers, (*where, "headers"), {**known, "sent": PLAIN}),
            body=compiler.template(one.body, (*where, "body"), known),
            form=compiler.template(one.form, (*where, "form"), known),
            place=compiler.place(where),
            sample=one.sample,
            sample_status=one.sample_status,
        )

    def _path(
        self, path: str, where: Where, known: dict[str, Shape]
    ) -> tuple[str | Expression, ...]:
        """'/cards/{request.card}' in pieces."""
        pieces: list[str | Expression] = []
        for place, piece in enumerate(re.split(r"\{([^{}]*)\}", path)):
            if place % 2:
                pieces.append(self.compiler.expression(piece, where, known))
            elif set(piece) & set("{} "):
                self.compiler.wrong(where, _("expected a path with expressions in braces"))
            else:
                pieces.append(piece)
        return tuple(pieces)

    def _refusals(
        self, rules: tuple[RefusedFile, ...], where: Where, known: dict[str, Shape]
    ) -> tuple[Refusal, ...]:
        compiler, made = self.compiler, []
        for place, rule in enumerate(rules):
            at = (*where, place)
            if rule.reason is None and not rule.code:
                compiler.wrong(at, _("expected a reason, or a code to find it by"))
            made.append(
                Refusal(
                    when=compiler.expression(rule.when, (*at, "when"), known),
                    reason=rule.reason,
                    code=compiler.maybe(rule.code, (*at, "code"), known),
                    text=compiler.maybe(rule.text, (*at, "text"), known),
                    reasons=rule.reasons,
                    otherwise=rule.otherwise,
                )
            )
        return tuple(made)
