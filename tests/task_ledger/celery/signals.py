"""Where bodies and tests meet, through Valkey: `reached` tells the test that a point was reached,
`gate` waits until the test lets the body go on.
"""

import os

import redis

WAIT_S = 60
signals = redis.Redis.from_url(
    os.environ["TEST_SIGNALS_URL"],
    decode_responses=True,
    socket_timeout=None,  # the client's own default would end a wait at a gate after 5 s
)


def reached(name: str, value: str = "") -> None:
    """Tell the test that a body has come to `name`."""
    signals.rpush(f"reached:{name}", value)


def gate(name: str) -> None:
    """Wait until the test opens the gate `name`."""
    if signals.blpop([f"gate:{name}"], timeout=WAIT_S) is None:
        raise TimeoutError(f"nobody opened the gate {name}")
