"""A run as JSON: the shapes of ``shown``, and what belongs to the whole run."""

import json
from dataclasses import asdict

from cashier.report.shown import FORMAT, Run


def as_json(run: Run, program: str) -> str:
    """``program``: the version of the program that ran it."""
    kinds = ("passed", "failed", "skipped", "not_run")
    value = {
        "format": FORMAT,
        "program": program,
        "seed": run.seed,
        "milliseconds": run.milliseconds,
        "interrupted": run.interrupted,
        "summary": {kind: run.count(kind) for kind in kinds},
        "scenarios": [asdict(one) for one in run.scenarios],
    }
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace").decode() + "\n"  # a lone surrogate is no text
