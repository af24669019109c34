"""Converts failures of a provider's requests to errors that contain no key."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pydantic import ValidationError

from takeoff.providers.errors import (
    ProviderAnswerUnusable,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
)

_AGAIN = frozenset({408, 409, 425, 429})
_LONGEST_WAIT_S = 24 * 3600.0
_MAX_QUOTED = 300
_ADVICE = {
    400: "The request was not understood: check that the model accepts images",
    401: "The key was rejected: check it",
    403: "The key lacks a permission: check its permissions",
    404: "There is no such model or address: check both",
    413: "The image is too large for it",
}


@dataclass(frozen=True)
class Faults:
    """Makes the errors of one provider; ``secret`` is removed from whatever they quote."""

    provider: str
    secret: str

    def of_status(self, status: int, headers: Mapping[str, str], told: str) -> ProviderError:
        """Return the error for an error status; ``told`` is the message in the response's body."""
        quoted = f" It says: {self.scrubbed(told)}" if told.strip() else ""
        if status in _AGAIN or status >= 500:
            return ProviderUnavailable(
                f"{self.provider} answered {status}.{quoted}", retry_after(headers)
            )
        advice = _ADVICE.get(status, "It refuses this request")
        if 300 <= status < 400:
            advice = "It redirects: set its address to the redirect's target"
        return ProviderRefused(f"{self.provider} answered {status}. {advice}.{quoted}")

    def silent(self, timeout_s: float) -> ProviderError:
        """Return the error for a timeout."""
        return ProviderUnavailable(f"{self.provider} did not answer within {timeout_s:g} s.")

    def unreachable(self, why: str) -> ProviderError:
        """Return the error for a failed connection."""
        return ProviderUnavailable(
            f"{self.provider} cannot be reached: {self.scrubbed(why) or 'no connection'}"
        )

    def unusable(self, why: str) -> ProviderError:
        """Return the error for an unusable answer."""
        return ProviderAnswerUnusable(
            f"{self.provider} gave an answer that cannot be used: {self.scrubbed(why)}"
        )

    def not_as_asked(self, error: ValidationError) -> ProviderError:
        """Return the error for an answer that does not match the schema; names fields, never
        values.
        """
        found = [
            f"{'.'.join(map(str, each['loc'])) or 'the answer'}: {each['msg']}"
            for each in error.errors(include_input=False, include_url=False)
        ]
        return self.unusable("; ".join(found[:5]))

    def scrubbed(self, text: str) -> str:
        """Return the text on one line, truncated, without the key."""
        line = " ".join(text.split())
        if self.secret:
            line = line.replace(self.secret, "[key]")
        return line if len(line) <= _MAX_QUOTED else f"{line[:_MAX_QUOTED]}…"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that the response asks to wait, 0 to a day; None if it gives none.

    ``headers`` are looked up case-insensitively. Retry-After is in seconds or a date.
    """
    told = headers.get("retry-after-ms")
    wait = _number(told)
    if wait is not None:
        wait /= 1000
    else:
        told = headers.get("retry-after")
        wait = _number(told)
    if wait is None and told is not None:
        wait = _until(told)
    return None if wait is None else min(max(wait, 0.0), _LONGEST_WAIT_S)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _until(text: str) -> float | None:
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return (when - datetime.now(UTC)).total_seconds()
