"""Times: ours are ISO 8601 with an offset; wires have milliseconds, seconds and texts."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from backends.mapped.functions.base import Here, function, number, string, whole

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 40


def _time(value: Any) -> datetime:
    """Raises ValueError for what is no time with an offset."""
    text = string(value)
    if len(text) > _LONGEST:
        raise ValueError("expected a time")
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"a time without an offset: {text}")
    return at


def _local(here: Here, at: datetime) -> str:
    return at.astimezone(here.now.tzinfo).isoformat()


@function("ms(time)")
def ms(_here: Here, value: Any) -> int:
    return (_time(value) - _EPOCH) // timedelta(milliseconds=1)


@function("seconds(time)")
def seconds(_here: Here, value: Any) -> int:
    return (_time(value) - _EPOCH) // timedelta(seconds=1)


@function("from_ms(number)")
def from_ms(here: Here, value: Any) -> str:
    return _local(here, _EPOCH + timedelta(milliseconds=int(number(value))))


@function("from_seconds(number)")
def from_seconds(here: Here, value: Any) -> str:
    return _local(here, _EPOCH + timedelta(seconds=int(number(value))))


@function("utc(time)")
def utc(_here: Here, value: Any) -> str:
    return _time(value).astimezone(UTC).isoformat().replace("+00:00", "Z")


@function("local(time)")
def local(here: Here, value: Any) -> str:
    """A time without an offset is one of the shop."""
    text = string(value)
    if len(text) > _LONGEST:
        raise ValueError("expected a time")
    at = datetime.fromisoformat(text)
    return _local(here, at if at.tzinfo else at.replace(tzinfo=here.now.tzinfo))


@function("day(time)")
def day(_here: Here, value: Any) -> str:
    return _time(value).date().isoformat()


@function("day_ms(day)")
def day_ms(_here: Here, value: Any) -> int:
    born = date.fromisoformat(string(value))
    at = datetime(born.year, born.month, born.day, tzinfo=UTC)
    return (at - _EPOCH) // timedelta(milliseconds=1)


@function("later(time, seconds)")
def later(_here: Here, value: Any, by: Any) -> str:
    return (_time(value) + timedelta(seconds=whole(by))).isoformat()


@function("time_text(time, form)")
def time_text(_here: Here, value: Any, form: Any) -> str:
    return _time(value).strftime(string(form))


@function("time_of(text, form)")
def time_of(here: Here, value: Any, form: Any) -> str:
    at = datetime.strptime(string(value), string(form))  # noqa: DTZ007 - the offset comes below
    return _local(here, at if at.tzinfo else at.replace(tzinfo=here.now.tzinfo))
