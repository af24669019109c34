"""The service: each part runs in a thread with its own connection."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from threading import Event
from time import monotonic
from typing import Final

from task_ledger.notifier.conditions import Conditions
from task_ledger.notifier.database import connect
from task_ledger.notifier.delivery import Delivery
from task_ledger.notifier.following import Following
from task_ledger.notifier.outbox import end_quiet_times, forget_ended, looking
from task_ledger.notifier.sending import Sending
from task_ledger.ops.settings import Settings
from task_ledger.projector.service import run as run_parts
from task_ledger.projector.supervision import Opening, Step
from task_ledger.projector.watch import FALLBACK_S, Watch
from task_ledger.sealer.installed import seal_state

LOOK_EVERY_S: Final = 0.25
FOLLOW_EVERY_S: Final = 0.5
SEND_EVERY_S: Final = 0.25
CONDITIONS_EVERY_S: Final = 10.0


def run(settings: Settings, stop: Event) -> bool:
    """Send notifications until `stop` is set; then returns within one try or 15 s.

    Waits for an unreachable database, and logs it once.

    Returns:
        Whether all parts ended normally.

    Raises:
        MissingSetting: no database is configured.
    """
    settings.url_for("notifier")
    watch = Watch()
    parts: Mapping[str, Opening] = {
        "follow": partial(_follow, settings, watch),
        "conditions": partial(_conditions, settings),
        "send": partial(_send, settings, watch),
    }
    return run_parts(parts, stop)


@contextmanager
def _follow(settings: Settings, watch: Watch) -> Generator[Step]:
    with ExitStack() as ending, closing(connect(settings, "follow")) as connection:
        ending.callback(watch.wake)
        following = Following(connection)
        look = looking(connection)
        quiet: str | None = None
        ticked = -FOLLOW_EVERY_S

        def step() -> float:
            nonlocal quiet, ticked
            snapshot, due = look()
            if due:
                watch.wake()
            else:
                watch.nothing_due()
            # Without a commit since the last tick, only rows that wait for the clock are left.
            if monotonic() - ticked < (FALLBACK_S if snapshot == quiet else FOLLOW_EVERY_S):
                return LOOK_EVERY_S
            more = following.tick()
            # From before the tick, so that what was committed meanwhile is seen by the next one.
            quiet, ticked = (None, -FOLLOW_EVERY_S) if more else (snapshot, monotonic())
            return 0.0 if more else LOOK_EVERY_S

        yield step


@contextmanager
def _conditions(settings: Settings) -> Generator[Step]:
    with closing(connect(settings, "conditions")) as connection:
        conditions = Conditions(connection, seal_state(settings))

        def step() -> float:
            end_quiet_times(connection)
            forget_ended(connection)
            conditions.tick()
            return CONDITIONS_EVERY_S

        yield step


@contextmanager
def _send(settings: Settings, watch: Watch) -> Generator[Step]:
    delivery = Delivery.of(settings)
    with (
        closing(connect(settings, "send")) as connection,
        closing(Sending(connection, delivery)) as sending,
    ):

        def step() -> float:
            if not sending.busy and watch.rest():
                return 0.0
            return 0.0 if sending.tick() else SEND_EVERY_S

        yield step
