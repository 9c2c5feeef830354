"""The least that Textual can be started with."""

from textual.app import App


class EmptyApp(App[None]):
    """Nothing on it."""


def main() -> None:
    EmptyApp().run()
