"""Trace contexts as in the header `traceparent` of W3C Trace Context, version 00.

https://www.w3.org/TR/trace-context/#traceparent-header
"""

import re
from typing import Annotated, Final

from pydantic import Field

_PATTERN: Final = "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"

Traceparent = Annotated[str, Field(pattern=_PATTERN)]
"""A trace id, the id of a span and flags, in lower-case hexadecimal digits."""

_VALID: Final = re.compile(_PATTERN)
_SAMPLED: Final = 1


def valid_traceparent(value: object) -> str | None:
    """The value, if it is a traceparent of version 00; otherwise None."""
    if not isinstance(value, str) or _VALID.fullmatch(value) is None:
        return None
    _, trace_id, span_id, _ = value.split("-")
    return value if int(trace_id, 16) and int(span_id, 16) else None


def sampled_trace_id(traceparent: str | None) -> str | None:
    """The trace id in a valid traceparent; None if its trace is not sampled, so not stored."""
    if traceparent is None or not int(traceparent[-2:], 16) & _SAMPLED:
        return None
    return traceparent[3:35]
