"""The service: seals periodically until it is stopped."""

from threading import Event
from typing import Final

import structlog

from task_ledger.errors import LedgerError, UnsupportedConfiguration
from task_ledger.ops.heartbeat import Heartbeats
from task_ledger.ops.settings import Settings
from task_ledger.sealer.errors import SealRefused
from task_ledger.sealer.location import LogLocation, witnesses_of
from task_ledger.sealer.postgres import PostgresSource
from task_ledger.sealer.sealer import Limits, Sealer

_log = structlog.get_logger(__name__)

PART: Final = "seal"
"""The name of its heartbeat."""


def run(settings: Settings, stop: Event) -> None:
    """Seal every `seal_every_s` until `stop` is set; then returns within one tick.

    While there is a backlog, ticks follow each other without a pause. Refusals and unreachable
    servers do not end the process; both are retried. A refusal is logged and kept as an alarm at
    each tick, an unreachable server is logged once.

    Raises:
        SettingsError: no database is configured, or a witness is invalid.
        UnsupportedConfiguration: the database's address is a pooler's.
    """
    location = LogLocation.of(settings)
    witnesses = witnesses_of(settings)
    heartbeats = Heartbeats.of_environment()
    heartbeats.begin([PART])
    with (
        PostgresSource(settings.url_for("sealer")) as source,
        location.sealer(source, witnesses) as sealer,
    ):
        _log.info("started", state=str(location.state))
        trouble = ""
        while not stop.is_set():
            more, found = _tick(sealer)
            if found and found != trouble:
                _log.warning("away", error=found)
            elif trouble and not found:
                _log.info("back")
            trouble = found
            heartbeats.wait(PART, stop, 0.0 if more else settings.seal_every_s)
    _log.info("stopped")


def _tick(sealer: Sealer) -> tuple[bool, str]:
    """Run one tick; returns whether there is more to read, and the unreachable server if any."""
    try:
        return sealer.tick().read >= Limits().read, ""
    except SealRefused:
        return False, ""  # the tick has logged it and kept the alarm
    except UnsupportedConfiguration:
        raise
    except LedgerError as error:
        return False, f"{type(error).__name__}: {error}"
