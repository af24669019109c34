"""Measures everything on a page, creating missing conditions."""

from typing import Any
from uuid import UUID

from services.workers.app import app
from services.workers.providers import FAIL_AT_ONCE, provider_for
from services.workers.sheets import page_to_measure, sheet_of
from services.workers.takeoff_results import shown
from takeoff.measuring import Found, create_missing_conditions, store_measurements
from task_ledger import LedgerTask


@app.task(
    name="takeoff.autonomous_ai_takeoff",
    task_type="autonomous_ai_takeoff",
    max_retries=3,
    autoretry_for=(Exception,),
    dont_autoretry_for=FAIL_AT_ONCE,
    retry_backoff=2,
)
def autonomous_ai_takeoff(
    self: LedgerTask, page_id: str, provider: str | None, project_id: str
) -> dict[str, Any]:
    """Store a measurement of each element of each kind that the provider finds."""
    self.progress(10, "Loading")
    found = page_to_measure(self.session, page_id, project_id)
    self.progress(30, "AI analysis")
    with provider_for(self, provider) as asked, sheet_of(found) as sheet:
        survey = asked.survey(sheet)
    self.progress(70, "Creating measurements")
    conditions, made = create_missing_conditions(
        self.session, project_id, [kind.subject for kind in survey.types], survey.answered
    )
    stored = store_measurements(
        self.session,
        found.page,
        [Found(conditions[kind.subject.name], kind.elements) for kind in survey.types],
        survey.answered,
        UUID(self.request.id),
    )
    self.progress(90, "Updating conditions")
    left = [each for result in stored.values() for each in result.withheld]
    return {
        "page_id": page_id,
        "element_types": [kind.subject.name for kind in survey.types],
        "totals": {
            kind.subject.name: {
                "condition_id": str(conditions[kind.subject.name]),
                "elements": len(kind.elements),
                "measurements_created": stored[conditions[kind.subject.name]].created,
                "already_measured": stored[conditions[kind.subject.name]].already_measured,
                "quantity": stored[conditions[kind.subject.name]].quantity,
                "unit": str(stored[conditions[kind.subject.name]].unit),
            }
            for kind in survey.types
        },
        "measurements_created": sum(result.created for result in stored.values()),
        "conditions_created": made,
        "provider": survey.answered.provider,
        "model": survey.answered.model,
        "latency_ms": survey.answered.latency_ms,
        "withheld": shown((*survey.withheld, *left)),
    }
