"""The rolling restart's application, whose worker can be made to hang by a remote command."""

import time
from typing import Any

from celery.worker.control import control_command

from tests.deploy import rolling

app = rolling.app


@control_command(args=[("seconds", float)])  # pyright: ignore[reportUntypedFunctionDecorator]
def hang(state: Any, seconds: float) -> None:
    """Block the loop that takes messages, as a deadlock would; the lease's thread goes on."""
    time.sleep(seconds)
