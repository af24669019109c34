"""The parts of the service, each with its own connections."""

from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from time import monotonic
from typing import Final

from psycopg import errors as pg

from task_ledger.eventlog.failures import DAYS
from task_ledger.eventlog.feeds import refuse_feeds_gone_back
from task_ledger.eventlog.prepared import PreparedStatement
from task_ledger.ops.heartbeat import Heartbeats
from task_ledger.ops.settings import Settings
from task_ledger.plugin import InvalidPlugin, Plugin
from task_ledger.projector.acting import Acting
from task_ledger.projector.database import connect, query
from task_ledger.projector.dependents import Dependents
from task_ledger.projector.follower import IDLE, PROJECTOR, Follower
from task_ledger.projector.projection import Keep, Projection
from task_ledger.projector.publisher import Publisher
from task_ledger.projector.quarantine import retry
from task_ledger.projector.queue_depths import EVERY_S as QUEUES_EVERY_S
from task_ledger.projector.queue_depths import QueueDepths
from task_ledger.projector.reconciler import Reconciler
from task_ledger.projector.redispatch import LOOK_AFTER_S, Redispatch
from task_ledger.projector.relay import Key, Relay, Round
from task_ledger.projector.supervision import Opening, Pause, Step
from task_ledger.projector.usual_durations import UsualDurations
from task_ledger.projector.watch import Watch

QUARANTINE_EVERY_S: Final = 1.0
FEEDS_EVERY_S: Final = 10.0
RECONCILE_EVERY_S: Final = 1.0
UNCLAIMED_EVERY_S: Final = 5.0
USUAL_EVERY_S: Final = 30.0
ACT_EVERY_S: Final = 1.0
ACT_AGAIN_S: Final = 0.2
"""While actions have tasks left; with `ROUND`, at most 100 tasks of an action a second."""

MONTHS_EVERY_S: Final = 3600.0
MONTHS_AGAIN_S: Final = 30.0
RETIRING_S: Final = 24 * 3600.0
"""Archiving a month of a large database may take hours, which is not hanging."""

FAILURE_DAYS: Final = DAYS + 1
"""Days for which the hours of failures are kept: a trend of days begins at a full hour."""

NAMES: Final = ("fold", "relay", "reconcile", "act", "months", "queues")
"""fold: folds events into records and timelines. relay: processes dependents of ended tasks and
publishes the outbox. reconcile: closes attempts of lost workers, dispatches messages again that
the broker lost, and computes how long runs of each type usually take. act: does started actions.
months: creates the log's partitions for the coming months, deletes old rollups and hours of
failures, and retires months that are no longer kept. queues: asks the broker how much is in each
queue."""


def openings(settings: Settings, plugins: Iterable[Plugin] = ()) -> Mapping[str, Opening]:
    """The functions that open the parts, by name: the ledger's own, then those of `plugins`.

    Raises:
        InvalidPlugin: two parts have the same name.
        MissingSetting: on opening a part whose server's address is not set.
    """
    watch = Watch()
    parts: dict[str, Opening] = {
        "fold": partial(folding, settings, watch),
        "relay": partial(relaying, settings, set(), watch),
        "reconcile": partial(reconciling, settings),
        "act": partial(acting, settings),
        "months": partial(opening_months, settings),
        "queues": partial(asking_broker, settings),
    }
    for plugin in plugins:
        added = plugin.parts(settings)
        if taken := sorted(parts.keys() & added.keys()):
            raise InvalidPlugin(
                f"{plugin.name}: the projector already has parts named {', '.join(taken)}; rename "
                "the plug-in's"
            )
        parts |= added
    return parts


@contextmanager
def folding(settings: Settings, watch: Watch) -> Generator[Step]:
    """Fold and number new events; retry tasks that could not be folded.

    Args:
        watch: by which the relay rests while nothing is to be folded or dispatched.

    Raises:
        FeedWentBack: events are or would be missed; open it again after the repair.
    """
    with (
        ExitStack() as ending,
        closing(connect(settings.url_for("projector"), "fold")) as connection,
    ):
        ending.callback(watch.wake)
        refuse_feeds_gone_back(connection)
        keep = Keep(
            settings.keep_succeeded_messages_days * 86_400,
            settings.keep_failed_messages_days * 86_400,
        )
        follower = Follower(connection, PROJECTOR, Projection(connection, keep=keep).handle)
        looking = PreparedStatement(connection, b"task_ledger_watch", query("watch"))
        pause = Pause()
        tried = checked = monotonic()
        checked_at: str | None = None

        def is_quiet() -> bool:
            """Whether nothing was committed since the follower found nothing to do."""
            if follower.quiet is None:
                return False
            row = looking.run()
            quiet = row.get_value(0, 0) == follower.quiet.encode()
            if not quiet or row.get_value(0, 1) == b"t":
                watch.wake()
            else:
                watch.nothing_due()
            return quiet

        def step() -> float:
            nonlocal tried, checked, checked_at
            tick = IDLE if is_quiet() else follower.tick()
            if monotonic() - checked >= FEEDS_EVERY_S:
                # Only a transaction can change the answer.
                if follower.quiet is None or follower.quiet != checked_at:
                    refuse_feeds_gone_back(connection)
                checked, checked_at = monotonic(), follower.quiet
            if monotonic() - tried >= QUARANTINE_EVERY_S:
                retry(connection)
                tried = monotonic()
            return pause.after(worked=tick.worked, more=tick.more)

        yield step


@contextmanager
def relaying(settings: Settings, published: set[Key], watch: Watch) -> Generator[Step]:
    """Process the dependents of ended tasks, and publish the outbox.

    Args:
        published: dispatches published before the last reconnect; see `Relay`.
        watch: by which it rests while the fold, if that part runs here, is idle and polls for it.
    """
    with (
        closing(connect(settings.url_for("projector"), "relay")) as connection,
        closing(Publisher(settings.broker())) as publisher,
    ):
        relay = Relay(connection, publisher, published=published)
        next_steps = Dependents(connection)
        pause = Pause()

        def step() -> float:
            if watch.rest():
                return 0.0
            relay.release()
            # One statement asks for both, since mostly there is neither.
            steps, dispatches = connection.execute(query("due"), prepare=True).fetchone() or (0, 0)
            # First, so that dependents are processed while the broker is unreachable, and new
            # dispatches are published in the same step.
            taken = next_steps.tick() if steps else 0
            done = relay.tick() if dispatches or taken else Round(worked=False)
            return pause.after(worked=done.worked or taken > 0, more=done.more or taken > 0)

        yield step


@contextmanager
def reconciling(settings: Settings) -> Generator[Step]:
    """Close attempts of lost workers, dispatch unclaimed attempts again, and compute usual
    durations."""
    with closing(connect(settings.url_for("projector"), "reconcile")) as connection:
        reconciler = Reconciler(connection)
        wait_s = settings.redispatch_after_s
        redispatch = Redispatch(connection, min(wait_s, LOOK_AFTER_S), wait_s)
        every_s = min(wait_s, UNCLAIMED_EVERY_S)
        usual = UsualDurations(connection)
        watched = monotonic()
        computed = -USUAL_EVERY_S

        def step() -> float:
            nonlocal watched, computed
            reconciler.tick()
            if monotonic() - watched >= every_s:
                redispatch.tick()
                watched = monotonic()
            if monotonic() - computed >= USUAL_EVERY_S:
                usual.tick()
                computed = monotonic()
            return RECONCILE_EVERY_S

        yield step


@contextmanager
def acting(settings: Settings) -> Generator[Step]:
    """Act on the tasks of started actions."""
    with closing(connect(settings.url_for("projector"), "act")) as connection:
        actions = Acting(connection)

        def step() -> float:
            return ACT_AGAIN_S if actions.tick() else ACT_EVERY_S

        yield step


@contextmanager
def opening_months(settings: Settings) -> Generator[Step]:
    """Create the log's partitions for the coming months, delete old rollups, and retire months that
    are no longer kept, once an hour."""

    def step() -> float:
        with closing(connect(settings.url_for("projector"), "months")) as connection:
            try:
                connection.execute("SELECT task_ledger.open_buckets()")
            except pg.LockNotAvailable:
                return MONTHS_AGAIN_S
            connection.execute(query("forget_rollups"), {"days": settings.rollup_days})
            connection.execute(query("forget_failure_hours"), {"days": FAILURE_DAYS})
        if settings.keep_months is not None:
            from task_ledger.archive.policy import retire_due

            Heartbeats.of_environment().beat("months", RETIRING_S)
            retire_due(settings)
        return MONTHS_EVERY_S

    yield step


@contextmanager
def asking_broker(settings: Settings) -> Generator[Step]:
    """Ask the broker how many messages are in each queue."""
    with closing(connect(settings.url_for("projector"), "queues")) as connection:
        depths = QueueDepths(connection, settings.broker())

        def step() -> float:
            depths.tick()
            return QUEUES_EVERY_S

        yield step
