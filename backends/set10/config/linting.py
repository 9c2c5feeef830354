"""What is wrong with a chain, or probably not meant: findings for ``cashier chain check``."""

from collections.abc import Iterator
from dataclasses import dataclass

from backends.set10.config import names
from backends.set10.config.beans import Beans
from backends.set10.config.findings import Finding, Seen, Severity
from backends.set10.config.lint_beans import check_beans
from backends.set10.config.lint_order import check_order
from backends.set10.config.lint_own import check_own
from backends.set10.config.model import ChainFile, Fault, Listed
from backends.set10.config.reading import chain_of
from cashier.i18n import _


@dataclass(frozen=True)
class Checked:
    chain: ChainFile
    findings: tuple[Finding, ...]
    """By their lines."""

    @property
    def sound(self) -> bool:
        """Whether there is nothing but hints."""
        return all(one.severity is Severity.HINT for one in self.findings)


def check(
    text: str,
    name: str,
    registered: frozenset[str] | None = None,
    triggered: frozenset[str] | None = None,
) -> Checked:
    """Raises BadInput where there is no chain in the text."""
    beans = Beans(text, name)
    chain = chain_of(beans, name)
    seen = Seen(beans, chain, registered, triggered)
    found = [*_troubles(chain), *check_beans(seen), *check_own(seen), *check_order(seen)]
    return Checked(chain, tuple(sorted(found, key=lambda one: one.line)))


def _troubles(chain: ChainFile) -> Iterator[Finding]:
    """What the reader met."""
    for trouble in chain.troubles:
        severity = Severity.ERROR if trouble.fault is Fault.SAME_ID else Severity.WARNING
        yield Finding(severity, trouble.line, trouble.text, _advice(trouble.fault))
    for one in chain.listed:
        if one.fault is not None:
            yield Finding(Severity.ERROR, one.line, one.trouble, _link_advice(one.fault, one))


def _advice(fault: Fault) -> str:
    return {
        Fault.EMPTY_FILTER: _("An empty And lets everything through here, an empty Or nothing."),
        Fault.SAME_ID: _("Give each bean an id of its own."),
        Fault.SAID_TWICE: _("Take one of them out."),
        Fault.NAMESPACE: _("Begin it as the file that is shipped begins."),
    }.get(fault, "")


def _link_advice(fault: Fault, one: Listed) -> str:
    if fault is Fault.NO_SUCH_BEAN and one.bean in names.BEANS:
        made = f'<bean id="{one.bean}" class="{names.BEANS[one.bean]}">'
        return _("The file that is shipped defines it: {bean}").format(bean=made)
    return {
        Fault.UNKNOWN_BEAN: _(
            "A provider of another maker, or of an older version? The chain goes without it here."
        ),
        Fault.NO_SUCH_BEAN: _("Define such a bean, or name one that is there."),
        Fault.FILTER: _(
            "What it lets through is not known, so the whole link is left out of the chain here."
        ),
        Fault.NO_PROVIDER: _("The list holds <bean> and <ref> only."),
    }[fault]
