"""Compares several providers on the same question; stores nothing."""

from typing import Any

from services.workers.app import app
from services.workers.sheets import condition_for, page_to_measure, sheet_of
from services.workers.takeoff_results import shown
from takeoff.geometry import UnitDoesNotFit, measure
from takeoff.measuring import subject_of
from takeoff.providers import (
    Detection,
    ProviderError,
    ProviderSettings,
    Sheet,
    Subject,
    availability,
    choose,
)
from task_ledger import LedgerTask


@app.task(name="takeoff.compare_providers", task_type="provider_comparison", max_retries=0)
def compare_providers(
    self: LedgerTask, page_id: str, condition_id: str, providers: list[str] | None = None
) -> dict[str, Any]:
    """Return what each provider finds for the condition; by default, all configured providers.

    A provider's failure is reported in its column and does not stop the others.
    """
    self.progress(10, "Loading")
    found = page_to_measure(self.session, page_id)
    subject = subject_of(condition_for(self.session, condition_id, found))
    settings = ProviderSettings()
    known = [each.name for each in availability(settings) if each.configured]
    names = list(dict.fromkeys(providers or known))
    columns: dict[str, Any] = {}
    with sheet_of(found) as sheet:
        for index, name in enumerate(names):
            percent = 20 + 60 * index / len(names)
            self.progress(percent, f"Asking {name}", current=index + 1, total=len(names))
            columns[name] = _column(name, settings, sheet, subject)
    self.progress(90, "Compiling results")
    return {"page_id": page_id, "condition_id": condition_id, "providers": columns}


def _column(
    name: str, settings: ProviderSettings, sheet: Sheet, subject: Subject
) -> dict[str, Any]:
    try:
        detection = choose(name, settings).find(sheet, subject)
    except ProviderError as error:
        return {"error": {"code": error.code, "message": error.message}}
    answered = detection.answered
    return {
        "elements": len(detection.elements),
        "quantity": _quantity(detection, sheet, subject),
        "unit": str(subject.unit),
        "latency_ms": answered.latency_ms,
        "tokens": {"input": answered.input_tokens, "output": answered.output_tokens},
        "model": answered.model,
        "withheld": shown(detection.withheld),
    }


def _quantity(detection: Detection, sheet: Sheet, subject: Subject) -> float:
    """Return the sum of the elements; those that cannot be measured in the unit count as 0."""
    total = 0.0
    for element in detection.elements:
        try:
            total += measure(
                element.shape, subject.unit, sheet.feet_per_pixel, subject.depth_in
            ).quantity
        except UnitDoesNotFit:
            continue
    return total
