"""The pages of the documentation lead to one another."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "bench" / "README.md"]
LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_whatever_a_page_points_at_is_there(page: Path) -> None:
    targets = [one.partition("#")[0] for one in LINK.findall(page.read_text(encoding="utf-8"))]
    here = [one for one in targets if one and "://" not in one]
    assert [one for one in here if not (page.parent / one).exists()] == []


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs" / "systems").glob("*.md")), ids=lambda path: path.name
)
def test_the_page_of_a_system_is_there_in_both_languages(page: Path) -> None:
    name = page.name.removesuffix(".md").removesuffix(".ru")
    both = [page.with_name(f"{name}.md"), page.with_name(f"{name}.ru.md")]
    assert all(one.is_file() for one in both)
    for readme, one in zip(("README.md", "docs/README.ru.md"), both, strict=True):
        assert f"systems/{one.name}" in (ROOT / readme).read_text(encoding="utf-8"), one.name
