"""What goes wrong between us and a provider, as errors that hold no key."""

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
    400: "The request was not understood: check that the model sees images",
    401: "The key was not accepted: check it",
    403: "The key may not do this: check its permissions",
    404: "There is no such model or address: check both",
    413: "The image is too large for it",
}


@dataclass(frozen=True)
class Faults:
    """Makes the errors of one provider; whatever they quote is rid of ``secret`` first."""

    provider: str
    secret: str

    def of_status(self, status: int, headers: Mapping[str, str], told: str) -> ProviderError:
        """The error for an answer that is one; ``told`` is what its body says."""
        quoted = f" It says: {self.scrubbed(told)}" if told.strip() else ""
        if status in _AGAIN or status >= 500:
            return ProviderUnavailable(
                f"{self.provider} answered {status}.{quoted}", retry_after(headers)
            )
        advice = _ADVICE.get(status, "It will not take this request")
        if 300 <= status < 400:
            advice = "It wants to be asked elsewhere: set its address to where it points"
        return ProviderRefused(f"{self.provider} answered {status}. {advice}.{quoted}")

    def silent(self, timeout_s: float) -> ProviderError:
        """The error for no answer in time."""
        return ProviderUnavailable(f"{self.provider} did not answer within {timeout_s:g} s.")

    def unreachable(self, why: str) -> ProviderError:
        """The error for no connection."""
        return ProviderUnavailable(
            f"{self.provider} cannot be reached: {self.scrubbed(why) or 'no connection'}"
        )

    def unusable(self, why: str) -> ProviderError:
        """The error for an answer that is not what was asked for."""
        return ProviderAnswerUnusable(
            f"{self.provider} gave an answer that cannot be used: {self.scrubbed(why)}"
        )

    def not_as_asked(self, error: ValidationError) -> ProviderError:
        """The error for an answer of another form; names the places, never their values."""
        found = [
            f"{'.'.join(map(str, each['loc'])) or 'the answer'}: {each['msg']}"
            for each in error.errors(include_input=False, include_url=False)
        ]
        return self.unusable("; ".join(found[:5]))

    def scrubbed(self, text: str) -> str:
        """The text on one line, cut, without the key."""
        line = " ".join(text.split())
        if self.secret:
            line = line.replace(self.secret, "[key]")
        return line if len(line) <= _MAX_QUOTED else f"{line[:_MAX_QUOTED]}…"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return how many seconds the answer asks to wait: 0 to a day; None if it does not say.

    ``headers`` are looked up without regard to case. Retry-After is seconds or a date.
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
