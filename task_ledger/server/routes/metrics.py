"""The metrics, for Prometheus."""

from math import nan

from fastapi import APIRouter, Depends, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from task_ledger.server.auth import require_identity
from task_ledger.server.parameters import declared_parameters
from task_ledger.server.problems import declared
from task_ledger.server.resources import Shared

router = APIRouter(
    tags=["health"], dependencies=[Depends(require_identity), Depends(declared_parameters)]
)


@router.get("/metrics", response_class=PlainTextResponse, responses=declared(400, 401, 500, 503))
async def metrics(shared: Shared) -> Response:
    """Counters and gauges in Prometheus's text format. Needs a token, like every other route."""
    state = await shared.readiness.state()
    gauges = shared.metrics
    gauges.streams.set(shared.follow.streams)
    gauges.lag_seconds.set(state.lag.oldest_s if state.lag else nan)
    gauges.undispatched_seconds.set(state.undispatched[1] if state.undispatched else nan)
    return Response(generate_latest(gauges.registry), media_type=CONTENT_TYPE_LATEST)
