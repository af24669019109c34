"""The metrics, for Prometheus."""

from collections.abc import Iterable

from anyio import to_thread
from fastapi import APIRouter, Depends, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from task_ledger.metrics.ledger import LedgerMetrics
from task_ledger.sealer.installed import seal_state
from task_ledger.server.auth import Caller, require_identity
from task_ledger.server.parameters import declared_parameters
from task_ledger.server.problems import ProblemError, declared
from task_ledger.server.resources import Shared

router = APIRouter(
    tags=["health"], dependencies=[Depends(require_identity), Depends(declared_parameters)]
)


@router.get(
    "/metrics", response_class=PlainTextResponse, responses=declared(400, 401, 403, 500, 503)
)
async def metrics(identity: Caller, shared: Shared) -> Response:
    """Metrics of the ledger, read from its database, and of this process, in Prometheus's text
    format. Needs a token that reaches all projects."""
    if identity.projects is not None:
        raise ProblemError(
            403,
            "projects",
            "Metrics are of all projects: they need a token that reaches all of them.",
        )
    own = shared.metrics
    own.streams.set(shared.follow.streams)
    ledger = LedgerMetrics(shared.reading, seal_state(shared.settings))
    found = await to_thread.run_sync(lambda: list(ledger.collect()))
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(found))
    text = generate_latest(own.registry) + generate_latest(registry)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


class _Collected(Collector):
    """Metrics that have been collected."""

    def __init__(self, found: Iterable[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        return self._found
