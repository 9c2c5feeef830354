"""``cashier chain check`` and ``cashier chain show``: a chain is read, nobody is asked."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from backends.options import secret
from backends.set10.config.findings import Finding, Severity
from backends.set10.config.linting import Checked
from backends.set10.config.linting import check as checked
from backends.set10.config.names import OWN
from backends.set10.config.safely import decoded
from backends.set10.config.sources import read_file, read_row
from backends.set10.config.titles import TITLES
from backends.set10.server_file import ServerFile
from cashier.cli.chain_picture import picture
from cashier.config import load
from cashier.errors import BadInput
from cashier.i18n import _, ngettext

FINE, FOUND = 0, 1


@dataclass(frozen=True)
class _Text:
    text: str
    name: str
    """Of the file, as it was given; or of the row."""
    stands_in: bool = False
    """The file does, for the database."""


def check(chosen: argparse.Namespace) -> int:
    """0: nothing but hints; 1: something is wrong. Raises BadInput, ConfigError: unreadable."""
    source = _read(chosen)
    registered, triggered = _known(chosen)
    found = checked(source.text, source.name, registered, triggered)
    for finding in found.findings:
        for row in _told(source.name, finding):
            print(row)
    print(_summary(source.name, found))
    return FINE if found.sound and not source.stands_in else FOUND


def show(chosen: argparse.Namespace) -> int:
    """Raises BadInput, ConfigError: unreadable."""
    source = _read(chosen)
    registered, triggered = _known(chosen)

    def why_idle(provider: str) -> str:
        if provider == OWN:
            return ""
        if registered is not None and provider not in registered:
            return _("it is not registered among the external systems")
        if triggered is not None and provider not in triggered:
            return _("no advertising action triggers it")
        return ""

    for row in picture(checked(source.text, source.name).chain, why_idle):
        print(row)
    return FINE


def _read(chosen: argparse.Namespace) -> _Text:
    """The database's text; where it cannot be used the file's, and that is said."""
    if not chosen.database:
        if chosen.file is None:
            raise BadInput(_("Which chain? Give a file, or --database URL."))
        return _Text(decoded(read_file(chosen.file), str(chosen.file)).text, str(chosen.file))
    name = _("database")
    try:
        text = read_row(address(chosen.database))
        checked(text, name)
    except BadInput as error:
        if chosen.file is None:
            raise
        words = _("The chain in the database cannot be used, that of {file} is taken: {why}")
        print(words.format(file=chosen.file, why=error), file=sys.stderr)
        text = decoded(read_file(chosen.file), str(chosen.file)).text
        return _Text(text, str(chosen.file), stands_in=True)
    return _Text(text, name)


def address(database: str) -> str:
    """``env:NAME`` stands for one with a password. Raises BadInput."""
    try:
        return secret(database)
    except ValueError as error:
        raise BadInput(f"--database: {error}") from error


def _known(chosen: argparse.Namespace) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    """Providers that are registered, and those that are triggered; None: nobody said so."""
    registered, triggered = _list(chosen.registered), _list(chosen.triggered)
    if chosen.server is not None:
        server = load(chosen.server, ServerFile)
        registered = server.registered() if registered is None else registered
        triggered = server.triggered() if triggered is None else triggered
    return registered, triggered


def _list(given: str | None) -> frozenset[str] | None:
    if given is None:
        return None
    names = frozenset(name for part in given.split(",") if (name := part.strip()))
    external = [name for name in TITLES if name != OWN]
    for name in sorted(names.difference(external)):
        text = _("There is no provider {name}; there are: {names}")
        raise BadInput(text.format(name=name[:40], names=", ".join(external)))
    return names


def _told(name: str, finding: Finding) -> Iterator[str]:
    words = {
        Severity.ERROR: _("error"),
        Severity.WARNING: _("warning"),
        Severity.HINT: _("hint"),
    }[finding.severity]
    yield f"{name}:{finding.line}: {words}: {finding.text}"
    if finding.advice:
        yield f"    {finding.advice}"


def _summary(name: str, found: Checked) -> str:
    links = len(found.chain.listed)
    told = ngettext("{n} link", "{n} links", links).format(n=links)
    many = len(found.findings)
    if not many:
        return _("{file}: {links}, nothing to find fault with").format(file=name, links=told)
    count = ngettext("{n} finding", "{n} findings", many).format(n=many)
    return f"{name}: {told}, {count}"
