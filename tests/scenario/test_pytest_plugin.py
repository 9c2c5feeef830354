"""``pytest FOLDER`` runs the same files, in a pytest of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

GOOD = """
scenario: A loaf
language: en
tags: [bread, -odd tag-, skipped_not]
examples: [{code: "4600000000015"}, {code: "4600000000022"}]
steps:
  - scan: ${code}
"""
BAD = """
scenario: A dear loaf
language: en
tags: [dear]
steps:
  - scan: "4600000000015"
    expect: {total: 50.00}
"""
SKIPPED = "scenario: Skipped\nneeds: [certificates]\nsteps: [calculate]\n"
BROKEN = "scenario: Broken\nsteps:\n  - scann: 1\n"


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", "--strict-markers", "-W", "error", "-ra"]
    return subprocess.run(
        [*command, "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=120,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "bad.yml").write_text(BAD)
    (tmp_path / "skipped.yaml").write_text(SKIPPED)
    (tmp_path / "piece.yaml").write_text("steps: [calculate]\n")
    (tmp_path / "foreign.yaml").write_text("a: [1\n")
    return tmp_path


def test_each_scenario_is_a_test(folder: Path) -> None:
    done = run(folder)
    assert done.returncode == 1, done.stdout
    assert "1 failed, 2 passed, 1 skipped" in done.stdout
    assert "bad.yml:6 scan: 4600000000015, expect: {total: 50.00}" in done.stdout
    assert "total  50.00     49.90" in done.stdout
    assert "Traceback" not in done.stdout
    assert "This system cannot: certificates." in done.stdout
    assert "FAILED bad.yml::A dear loaf" in done.stdout


def test_tags_are_markers(folder: Path) -> None:
    assert "1 failed, 3 deselected" in run(folder, "-m", "dear").stdout
    assert "2 passed, 2 deselected" in run(folder, "-m", "not dear and bread").stdout
    assert "2 passed, 2 deselected" in run(folder, "-k", "skipped_not").stdout


def test_a_file_that_cannot_be_read_is_told_in_a_sentence(folder: Path) -> None:
    (folder / "broken.yaml").write_text(BROKEN)
    done = run(folder)
    assert done.returncode == 2
    assert "line 3, field steps.1.scann: there is no step scann. Is it scan?" in done.stdout
    assert "Traceback" not in done.stdout


def test_another_shop_and_system(folder: Path) -> None:
    done = run(folder, "--cashier-backend", "nosuch", "-k", "dear")
    assert "There is no loyalty system nosuch" in done.stdout
    done = run(folder, "--cashier-shop", "nosuch.toml", "-k", "dear")
    assert "nosuch.toml: there is no such file" in done.stdout
    assert "1 failed" in done.stdout
    assert run(folder, "--cashier-seed", "7", "-k", "A and not dear").returncode == 0


def test_it_costs_others_nothing() -> None:
    code = (
        "import sys, pytest, cashier.cli.pytest_plugin\n"
        "heavy = {'textual', 'rich', 'pydantic', 'yaml', 'jinja2', 'httpx'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
