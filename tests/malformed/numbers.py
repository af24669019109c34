"""How many malformed inputs of each kind are sent, and how they are generated."""

import os
from typing import Any, Final

from hypothesis import HealthCheck, Phase, settings

ALL: Final = {
    "events through SQL": 3500,
    "events in Python": 3600,
    "cursors read": 1200,
    "cursors through the API": 800,
    "messages through the relay": 700,
    "messages through a worker": 500,
    "uploads": 300,
    "checkpoints": 3000,
    "proofs": 4000,
    "tiles": 2000,
    "seals": 1000,
    "periods": 1000,
    "exports": 1000,
}

SENT: Final = (
    ALL
    if os.environ.get("TASK_LEDGER_TEST_MALFORMED") == "all"
    else {kind: number // 10 for kind, number in ALL.items()}
)
"""How many of each kind are sent: a tenth of all, and all of them by `make malformed`."""


def times(kind: str) -> Any:
    """Generate as many as `SENT` says, the same ones in every such run."""
    return settings(
        max_examples=SENT[kind],
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.function_scoped_fixture,
            HealthCheck.filter_too_much,
            HealthCheck.data_too_large,
        ],
    )
