"""Russian and English: texts stand in the code in English, translations in ``locale/``.

One program speaks one language at a time; it is set once, from the shop card or the command line.
Text is translated when it is shown or raised, never when a module is loaded.
"""

import gettext
from pathlib import Path

LANGUAGES = ("ru", "en")

_LOCALE = Path(__file__).parent / "locale"
_translations: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def set_language(language: str) -> None:
    """'ru' or 'en'; anything else is English."""
    global _translations, _language  # one program, one language: see above
    _language = language if language in LANGUAGES else "en"
    _translations = gettext.translation("cashier", _LOCALE, [_language], fallback=True)


def language() -> str:
    return _language


def _(text: str) -> str:
    """The text in the language of the till."""
    return _translations.gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """The form that goes with the number; put it in with ``.format(n=number)``."""
    return _translations.ngettext(one, many, number)


def comma() -> str:
    """The decimal sign of the language."""
    return "," if _language == "ru" else "."
