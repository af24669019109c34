"""Times, durations and ids as people read them."""

import json
from datetime import UTC, datetime
from uuid import UUID


def age(time: datetime, now: datetime) -> str:
    """How long ago: `12 s`, `5 m`, `3 h`, `4 d`."""
    seconds = max((now - time).total_seconds(), 0)
    for limit, unit, size in ((60, "s", 1), (3600, "m", 60), (86400, "h", 3600)):
        if seconds < limit:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds // 86400)} d"


def duration(seconds: float | None) -> str:
    """`0.8 s`, `12.3 s`, `4:05`, `2:04:05`."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds:.1f} s"
    return countdown(seconds)


def countdown(seconds: float) -> str:
    """`0:42`, `4:05`, `2:04:05`; never below zero."""
    minutes, rest = divmod(max(round(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def clock(time: datetime) -> str:
    """The time of day with milliseconds, in UTC."""
    return time.astimezone(UTC).strftime("%H:%M:%S.%f")[:-3]


def exact(time: datetime) -> str:
    """Date and time with microseconds, in UTC."""
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")


def value(shown: object) -> str:
    """A field of a record: times exact, structures as JSON, what is absent as a dash."""
    match shown:
        case None:
            return "—"
        case datetime():
            return exact(shown)
        case bool():
            return "yes" if shown else "no"
        case dict() | list():
            return json.dumps(shown, ensure_ascii=False)
        case _:
            return str(shown)


def first_line(text: str) -> str:
    """The first line."""
    return text.partition("\n")[0]


def short(task_id: UUID) -> str:
    """The end of an id: UUIDv7s of the same minute begin alike."""
    return f"…{str(task_id)[-8:]}"
