"""How many malformed inputs of each kind are sent, and how they are generated."""

from typing import Any, Final

from hypothesis import HealthCheck, Phase, settings

SENT: Final = {
    "events through SQL": 3500,
    "events in Python": 3600,
    "cursors read": 1200,
    "cursors through the API": 800,
    "messages through the relay": 700,
    "messages through a worker": 500,
    "uploads": 300,
    "checkpoints": 300,
    "proofs": 300,
    "tiles": 300,
    "seals": 100,
}


def times(kind: str) -> Any:
    """Generate as many as `SENT` says, the same ones in every run."""
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
