"""The one line where everything is typed or scanned; light enough for a fast scanner."""

from textual.content import Content
from textual.widget import Widget

from screens.text import clean, width

LONGEST = 200
"""Letters that are kept; no code and no name is longer."""


class InputLine(Widget):
    """A prompt that tells what is wanted, the text typed so far, and a cursor."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self.prompt = ""
        self.hint = ""
        """Shown behind the cursor while nothing is typed."""
        self.text = ""
        self.at = 0
        """Letters before the cursor."""
        self.secret = False
        """Whether dots stand for what is typed."""
        self.active = True
        """Whether keys go here: then the cursor is shown."""

    def ask(self, prompt: str, hint: str = "") -> None:
        if (prompt, hint) != (self.prompt, self.hint):
            self.prompt, self.hint = prompt, hint
            self.refresh()

    def put(self, letters: str) -> None:
        """Type at the cursor."""
        letters = clean(letters)[: LONGEST - len(self.text)]
        self.text = self.text[: self.at] + letters + self.text[self.at :]
        self.at += len(letters)
        self.refresh()

    def put_first(self, letters: str) -> None:
        """Before what is typed already."""
        self.text, self.at = letters + self.text, self.at + len(letters)
        self.refresh()

    def take(self) -> str:
        """The text, without blanks around; the line is empty afterwards."""
        text = self.text.strip()
        self.clear()
        return text

    def clear(self) -> None:
        if self.text:
            self.text, self.at = "", 0
            self.refresh()

    def edit(self, key: str) -> bool:
        """Carry out an editing key; False when it is none."""
        text, at = self.text, self.at
        if key in ("backspace", "ctrl+h"):
            self.text, self.at = text[: max(0, at - 1)] + text[at:], max(0, at - 1)
        elif key == "delete":
            self.text = text[:at] + text[at + 1 :]
        elif key in ("left", "right", "home", "end") and text:
            self.at = {"left": max(0, at - 1), "right": min(len(text), at + 1), "home": 0}.get(
                key, len(text)
            )
        else:
            return False
        self.refresh()
        return True

    def render(self) -> Content:
        room = max(1, self.content_size.width - width(self.prompt) - 4)
        text = "•" * len(self.text) if self.secret else self.text
        start = 0
        while width(text[start : self.at]) >= room:
            start += 1
        behind = text[self.at + 1 :] or ("" if text else f" {self.hint}")
        return Content.assemble(
            (f" {self.prompt} ", "bold $text-primary" if self.active else "dim"),
            ("▸ " if self.active else "  ", "$text-primary"),
            text[start : self.at],
            (text[self.at : self.at + 1] or " ", "reverse" if self.active else ""),
            (behind, "" if text else "dim"),
        )
