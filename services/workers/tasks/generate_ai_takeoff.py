"""Measures one condition on one page."""

from typing import Any
from uuid import UUID

from services.workers.app import app
from services.workers.providers import FAIL_AT_ONCE, provider_for
from services.workers.sheets import condition_for, page_to_measure, sheet_of
from services.workers.takeoff_results import shown
from takeoff.measuring import Found, store_measurements, subject_of
from task_ledger import LedgerTask


@app.task(
    name="takeoff.generate_ai_takeoff",
    task_type="ai_takeoff",
    max_retries=3,
    autoretry_for=(Exception,),
    dont_autoretry_for=FAIL_AT_ONCE,
    retry_backoff=2,
)
def generate_ai_takeoff(
    self: LedgerTask, page_id: str, condition_id: str, provider: str | None = None
) -> dict[str, Any]:
    """Store a measurement of each element of the condition that the provider finds."""
    self.progress(10, "Loading page data")
    found = page_to_measure(self.session, page_id)
    condition = condition_for(self.session, condition_id, found)
    self.progress(30, "Running AI analysis")
    with provider_for(self, provider) as asked, sheet_of(found) as sheet:
        detection = asked.find(sheet, subject_of(condition))
    self.progress(70, "Creating measurements")
    stored = store_measurements(
        self.session,
        found.page,
        [Found(condition.id, detection.elements)],
        detection.answered,
        UUID(self.request.id),
    )[condition.id]
    self.progress(90, "Finalizing")
    return {
        "page_id": page_id,
        "condition_id": condition_id,
        "elements_detected": len(detection.elements),
        "measurements_created": stored.created,
        "already_measured": stored.already_measured,
        "quantity": stored.quantity,
        "unit": str(condition.unit),
        "provider": detection.answered.provider,
        "model": detection.answered.model,
        "latency_ms": detection.answered.latency_ms,
        "withheld": shown((*detection.withheld, *stored.withheld)),
    }
