"""A demonstration in a real terminal."""

from pathlib import Path

from terminal import Terminal

STEPS = """scenario: A short demonstration
language: en
steps:
  - say: Bread goes over the counter.
    scan: "4600000000015"
  - say: And now the total.
    calculate:
  - tender: card
"""
RIGHT, CTRL_Z = "\x1b[C", "\x1a"


def test_it_plays_itself_and_the_presenter_has_the_last_word(tmp_path: Path) -> None:
    path = tmp_path / "short.yaml"
    path.write_text(STEPS, encoding="utf-8")
    options = ("play", str(path), "--paused", "--speed", "10")
    with Terminal(tmp_path / "data", *options, columns=120, rows=36) as terminal:
        terminal.see("Bread goes over the counter.", "1/3", "Space: go on")
        terminal.type(RIGHT).see("Polevoy wheat bread", "And now the total.", "2/3")
        terminal.type(CTRL_Z).see("The keys are yours.")
        terminal.type("10402").see("10402").type("<enter>").see("2 lines")
        terminal.type(CTRL_Z).see("The end.", "PAID")
        terminal.type("q")
        assert terminal.ends() == 0
        assert "A short demonstration: 3 of 3 steps played" in terminal.text
