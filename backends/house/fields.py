"""What the fields of a rules file may hold: exact numbers, names, texts in two languages."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from cashier.config import Settings
from cashier.fields import Exact, Hours, Percent
from cashier.i18n import language

__all__ = ["Code", "Exact", "Hours", "Id", "Percent", "Text"]


Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Code = Annotated[str, Field(min_length=1, max_length=64)]


class Text(Settings):
    """A text in both languages; plain text in the file means the same in both."""

    ru: str = Field(min_length=1, max_length=300)
    en: str = Field(min_length=1, max_length=300)

    @model_validator(mode="before")
    @classmethod
    def _both(cls, value: Any) -> Any:
        return {"ru": value, "en": value} if isinstance(value, str) else value

    def __str__(self) -> str:
        return self.ru if language() == "ru" else self.en
