"""What the results of takeoffs say about what was not measured."""

from collections.abc import Sequence
from typing import Any, Final

from takeoff.providers import Withheld

_SHOWN: Final = 20


def shown(withheld: Sequence[Withheld]) -> dict[str, Any]:
    """How many things were seen and not measured, and why: of the first twenty."""
    return {
        "count": len(withheld),
        "first": [each.as_json() for each in withheld[:_SHOWN]],
    }
