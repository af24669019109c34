"""Summarises withheld elements for the results of takeoffs."""

from collections.abc import Sequence
from typing import Any, Final

from takeoff.providers import Withheld

_SHOWN: Final = 20


def shown(withheld: Sequence[Withheld]) -> dict[str, Any]:
    """Return the number of things seen but not measured, with the reasons of the first twenty."""
    return {
        "count": len(withheld),
        "first": [each.as_json() for each in withheld[:_SHOWN]],
    }
