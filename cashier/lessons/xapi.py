"""Attempts as statements for a learning system: xAPI 1.0.3, a JSON array.

Ids are made of the attempt and what is said of it. So the same attempts make the same statements,
and a store that got them already keeps each once.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5

from cashier.errors import BadInput
from cashier.i18n import _
from cashier.lessons.attempt import Attempt, Done, Mode, TaskResult
from cashier.lessons.scoring import passed, score, task_points
from cashier.slip import plain

_SPACE = UUID("6f1b0a5e-4a0c-5a55-9d0e-2f5d0c1a7e11")
"""Of the names that ids are made of."""
_ADL = "http://adlnet.gov/expapi"
_VERBS = {
    "attempted": ("attempted", "начал"),
    "answered": ("answered", "выполнил задание"),
    "passed": ("passed", "сдал"),
    "failed": ("failed", "не сдал"),
    "experienced": ("experienced", "посмотрел"),
}
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`?#\x00-\x20\x7f]+")
"""Without query and fragment: other addresses are made of it."""


def statements(attempts: Iterable[Attempt], *, home: str, base: str = "") -> str:
    """``home``: IRI of the system in which the trainees' names are accounts. ``base``: IRI that
    lessons and tasks begin with; ``home`` if empty.

    What was broken off is said as attempted and answered, not as failed. Raises BadInput for what
    is no IRI.
    """
    base = base or home
    for iri in (home, base):
        if not _IRI.fullmatch(iri):
            text = _("{iri}: expected an address without ? and #, like https://school.example")
            raise BadInput(text.format(iri=plain(iri)))
    said = [one for attempt in attempts for one in _Said(attempt, home, base).statements()]
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


class _Said:
    """What is said of one attempt."""

    def __init__(self, attempt: Attempt, home: str, base: str) -> None:
        self._attempt, self._home = attempt, home
        self._base = base.rstrip("/")
        kind = "exam" if attempt.mode is Mode.EXAM else "lesson"
        self._iri = f"{self._base}/{kind}/{quote(attempt.lesson, safe='')}"
        self._registration = uuid5(_SPACE, attempt.attempt_id)

    def statements(self) -> Iterator[dict[str, Any]]:
        one, whole = self._attempt, self._whole()
        if one.mode is Mode.SHOW:
            result = {"completion": one.finished is not None, "duration": _duration(one.seconds)}
            yield self._statement("experienced", whole, one.ended, result)
            return
        yield self._statement("attempted", whole, one.started)
        at = one.started
        for task in one.tasks:
            at = min(at + timedelta(seconds=task.seconds), one.ended)
            if task.done is not Done.OPEN:
                yield self._answered(task, at)
        if one.finished is not None:
            verb = "passed" if passed(one) else "failed"
            yield self._statement(verb, whole, one.finished, self._result())

    def _answered(self, task: TaskResult, at: datetime) -> dict[str, Any]:
        points = task_points(task)
        result = {
            "score": _score(points),
            "success": task.done is Done.RIGHT,
            "completion": True,
            "duration": _duration(task.seconds),
            "extensions": self._extensions(
                wrong_turns=len(task.wrong),
                money_mistakes=sum(wrong.money for wrong in task.wrong),
                wrong_keys=task.wrong_keys,
                hints=task.hints,
                skipped=task.done is Done.SKIPPED,
            ),
        }
        activity = {
            "objectType": "Activity",
            "id": f"{self._iri}/task/{task.number}",
            "definition": {
                "type": f"{_ADL}/activities/question",
                "name": self._words(_NUMBERED[self._russian].format(n=task.number)),
                "description": self._words(task.text),
            },
        }
        said = self._statement("answered", activity, at, result, f"/{task.number}")
        parent = {"objectType": "Activity", "id": self._iri}
        said["context"]["contextActivities"] = {"parent": [parent]}
        return said

    def _result(self) -> dict[str, Any]:
        one = self._attempt
        return {
            "score": _score(score(one)),
            "success": passed(one),
            "completion": True,
            "duration": _duration(one.seconds),
            "extensions": self._extensions(
                wrong_turns=sum(1 for _one in one.wrong),
                money_mistakes=one.money_mistakes,
                wrong_keys=one.wrong_keys,
                hints=one.hints,
                in_order=one.in_order,
                pass_percent=one.pass_percent,
            ),
        }

    def _whole(self) -> dict[str, Any]:
        kind = "assessment" if self._attempt.mode is Mode.EXAM else "lesson"
        definition = {
            "type": f"{_ADL}/activities/{kind}",
            "name": self._words(self._attempt.title),
        }
        return {"objectType": "Activity", "id": self._iri, "definition": definition}

    def _statement(
        self,
        verb: str,
        activity: dict[str, Any],
        at: datetime,
        result: dict[str, Any] | None = None,
        which: str = "",
    ) -> dict[str, Any]:
        one = self._attempt
        english, russian = _VERBS[verb]
        extensions = self._extensions(mode=one.mode.value, seed=one.seed, group=plain(one.group))
        said = {
            "id": str(uuid5(self._registration, verb + which)),
            "actor": {
                "objectType": "Agent",
                "name": plain(one.trainee),
                "account": {"homePage": self._home, "name": plain(one.trainee)},
            },
            "verb": {
                "id": f"{_ADL}/verbs/{verb}",
                "display": {"en": english, "ru": russian},
            },
            "object": activity,
            "context": {
                "registration": str(self._registration),
                "platform": "cashier",
                "language": self._language,
                "extensions": extensions,
            },
            "timestamp": _stamp(at),
            "version": "1.0.3",
        }
        return said if result is None else {**said, "result": result}

    @property
    def _language(self) -> str:
        return self._attempt.language or "en"

    @property
    def _russian(self) -> bool:
        return self._language.lower().startswith("ru")

    def _words(self, text: str) -> dict[str, str]:
        return {self._language: plain(text)}

    def _extensions(self, **values: object) -> dict[str, object]:
        return {f"{self._base}/extension/{name}": value for name, value in values.items()}


_NUMBERED = {True: "Задание {n}", False: "Task {n}"}
"""In the language of the lesson, which need not be that of the program."""


def _score(points: int) -> dict[str, object]:
    return {"scaled": points / 100, "raw": points, "min": 0, "max": 100}


def _stamp(at: datetime) -> str:
    """In UTC: RFC 3339 cannot say offsets with seconds, which old time zones have."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _duration(seconds: int) -> str:
    """ISO 8601: 'PT1H2M3S', 'PT0S'."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "H"), (minutes, "M"), (rest, "S"))
    return "PT" + ("".join(f"{n}{unit}" for n, unit in parts if n) or "0S")
