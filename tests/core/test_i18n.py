"""The Russian texts: complete, in step with the sources, and as short as the till needs them."""

import ast
import gettext
import io
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import TypeAlias

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from cashier import i18n
from cashier.i18n import LANGUAGES, _, ngettext
from screens.deeds import DEEDS, Deed

Id: TypeAlias = str | tuple[str, ...]
"""What a translation is found by; a pair for texts that count something."""

ROOT = Path(__file__).parents[2]
SOURCES = ("cashier", "screens", "backends")
PO = ROOT / "cashier/locale/ru/LC_MESSAGES/cashier.po"
MO = PO.with_suffix(".mo")
MEND = """
To mend it, in the root of the project:
  pybabel extract -F babel.cfg --no-location --sort-output --no-wrap -o cashier.pot cashier \
screens backends
  pybabel update -i cashier.pot -d cashier/locale -D cashier -l ru --no-fuzzy-matching \
--ignore-obsolete --ignore-pot-creation-date --no-wrap
  (translate what is empty in cashier/locale/ru/LC_MESSAGES/cashier.po)
  pybabel compile -d cashier/locale -D cashier -l ru
  rm cashier.pot"""
KINDS = [("**.py", "python"), ("**.html.j2", "jinja2")]
"""As babel.cfg has them."""
MARKERS = ("_", "N_", "ngettext")
LONGEST_LABEL = 11
"""Letters of a label on the key bar of a terminal with 80 columns."""


@pytest.fixture(scope="module")
def wanted() -> dict[Id, str]:
    """Every text in the sources, with the place where it stands."""
    found: dict[Id, str] = {}
    for folder in SOURCES:
        for file, line, text, _notes, _context in extract_from_dir(
            ROOT / folder, KINDS, keywords=DEFAULT_KEYWORDS
        ):
            found.setdefault(text, f"{folder}/{file}:{line}")
    return found


@pytest.fixture(scope="module")
def russian() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="ru", domain="cashier")


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    i18n.set_language("en")


def identity(message: Message) -> Id:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """One text, or every plural form of it."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def texts(catalog: Catalog) -> Iterator[tuple[Id, tuple[str, ...]]]:
    """Every text with its translation, in as many forms as there are."""
    return ((identity(one), forms(one.string)) for one in catalog if one.id)


def placeholders(text: str) -> list[tuple[str, str | None, str | None]]:
    return sorted(
        (name, spec, conversion)
        for _literal, name, spec, conversion in Formatter().parse(text)
        if name is not None
    )


def marked(path: Path) -> Iterator[tuple[int, ast.expr]]:
    """Every text that a module gives to be translated, as it is written there."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Call) and name in MARKERS:
            some = node.args[:2] if name == "ngettext" else node.args[:1]
            yield from ((node.lineno, text) for text in some)


def modules() -> list[Path]:
    return [path for folder in SOURCES for path in sorted((ROOT / folder).rglob("*.py"))]


# --- complete


def test_every_text_of_the_sources_is_in_the_catalog(
    wanted: dict[Id, str], russian: Catalog
) -> None:
    known = {text for text, _translation in texts(russian)}
    missing = {text: place for text, place in wanted.items() if text not in known}
    assert not missing, MEND


def test_the_catalog_holds_nothing_that_the_sources_no_longer_say(
    wanted: dict[Id, str], russian: Catalog
) -> None:
    stale = [text for text, _translation in texts(russian) if text not in wanted]
    assert not stale, MEND
    assert not russian.obsolete, MEND


def test_every_text_is_translated(russian: Catalog) -> None:
    empty = [text for text, translation in texts(russian) if not all(translation)]
    assert not empty, MEND


def test_no_translation_is_a_guess(russian: Catalog) -> None:
    assert not [message.id for message in russian if message.id and message.fuzzy], MEND


def test_every_count_has_the_three_russian_forms(russian: Catalog) -> None:
    assert russian.num_plurals == 3
    counted = [it for text, it in texts(russian) if isinstance(text, tuple)]
    assert counted
    same = [it for it in counted if len(it) != 3 or len(set(it)) == 1]
    assert not same  # "1 раз, 2 раза, 5 раз" is right: two of three may be the same


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_marked_text_can_be_found_by_the_extraction(path: Path, wanted: dict[Id, str]) -> None:
    """Inside an f-string it would not be, and put together at run time it has no translation."""
    known = {form for text in wanted for form in forms(text)}
    for line, text in marked(path):
        assert not isinstance(text, ast.JoinedStr | ast.BinOp), f"line {line}: not one plain text"
        if isinstance(text, ast.Constant):
            assert text.value in known, f"line {line}: move it out of the f-string"


# --- true to the English text


def test_a_translation_has_the_placeholders_of_its_text(russian: Catalog) -> None:
    wrong = [
        (text, form)
        for text, translation in texts(russian)
        for form in translation
        if placeholders(form) != placeholders(forms(text)[-1])
    ]
    assert not wrong


def test_a_translation_begins_and_ends_like_its_text(russian: Catalog) -> None:
    """Blanks at the ends join texts; the first letter says whether a sentence begins there."""
    for text, translation in texts(russian):
        english = forms(text)[-1]
        for form in translation:
            assert edges(form) == edges(english), form
            if english[0].isalpha() and form[0].isalpha():
                assert form[0].isupper() == english[0].isupper(), form


def edges(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()


def test_the_till_does_not_shout(russian: Catalog) -> None:
    assert not [it for _text, it in texts(russian) if any("!" in form for form in it)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.id)
def test_a_label_fits_the_key_bar(deed: Deed, language: str) -> None:
    i18n.set_language(language)
    assert len(_(deed.label)) <= LONGEST_LABEL


# --- what is shipped


def test_the_compiled_texts_are_those_of_the_catalog(russian: Catalog) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, russian)
    compiled.seek(0)
    with MO.open("rb") as file:
        shipped = read_mo(file)
    assert dict(texts(shipped)) == dict(texts(read_mo(compiled))), MEND


def test_the_compiled_texts_know_which_form_goes_with_a_number() -> None:
    with MO.open("rb") as file:
        found = gettext.GNUTranslations(file)
    assert "nplurals=3" in found.info()["plural-forms"]


def test_no_person_and_no_passing_moment_is_named_in_the_catalog(russian: Catalog) -> None:
    """So that the file changes only when a text does."""
    head = {name.lower(): value for name, value in russian.mime_headers}
    assert not head["last-translator"].strip()
    assert head["pot-creation-date"] == head["po-revision-date"] == "2026-01-01 00:00+0000"


# --- spoken


def test_russian_is_spoken_when_asked_for() -> None:
    i18n.set_language("ru")
    assert i18n.language() == "ru"
    assert _("Customer") == "Покупатель"


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1 позиция"), (3, "3 позиции"), (5, "5 позиций"), (11, "11 позиций"), (21, "21 позиция")],
)
def test_russian_counts_in_three_forms(number: int, said: str) -> None:
    i18n.set_language("ru")
    assert ngettext("{n} line", "{n} lines", number).format(n=number) == said


@pytest.mark.parametrize("language", ["en", "de", "", "ru_RU", "../ru"])
def test_a_language_that_is_not_known_is_english(language: str) -> None:
    i18n.set_language("ru")
    i18n.set_language(language)
    assert i18n.language() == "en"
    assert _("Customer") == "Customer"
