"""Queues takeoffs of one condition on many pages."""

from typing import Any
from uuid import UUID, uuid4

from services.settings import TakeoffSettings
from services.workers.app import app
from services.workers.errors import EveryPageFailed, NotFound, WrongProject
from services.workers.sheets import page_to_measure
from services.workers.tasks.generate_ai_takeoff import generate_ai_takeoff
from takeoff.geometry import NotCalibrated
from takeoff.models import Condition
from takeoff.providers import ProviderSettings, choose
from task_ledger import LedgerTask, enqueue


@app.task(name="takeoff.batch_ai_takeoff", task_type="batch_ai_takeoff", max_retries=0)
def batch_ai_takeoff(
    self: LedgerTask, page_ids: list[str], condition_id: str, provider: str | None = None
) -> dict[str, Any]:
    """Queue a takeoff of each page; report why a page cannot be queued.

    The batch does not wait for the pages. It fails if the provider is not set up, or if no page can
    be measured.
    """
    self.progress(10, "Starting")
    condition = self.session.get(Condition, UUID(condition_id))
    if condition is None:
        raise NotFound(f"there is no condition {condition_id}")
    choose(provider, ProviderSettings())
    queued: dict[str, str] = {}
    failed: dict[str, str] = {}
    pages = list(dict.fromkeys(page_ids))
    for index, page_id in enumerate(pages):
        percent = 10 + 85 * (index + 1) / len(pages)
        self.progress(percent, f"Queueing page {index + 1}", current=index + 1, total=len(pages))
        try:
            page_to_measure(self.session, page_id, condition.project_id)
        except (NotFound, WrongProject):
            # The same message for both, because the caller must not learn about other projects.
            failed[page_id] = f"project {condition.project_id} has no page {page_id}"
            continue
        except NotCalibrated as error:
            failed[page_id] = error.message
            continue
        queued[page_id] = _queue(self, page_id, condition, provider)
    if not queued:
        named = [{"page_id": page_id, "reason": reason} for page_id, reason in failed.items()]
        raise EveryPageFailed.of(named)
    return {
        "condition_id": condition_id,
        "pages_queued": len(queued),
        "pages_failed": len(failed),
        "queued": queued,
        "failed": failed,
    }


def _queue(task: LedgerTask, page_id: str, condition: Condition, provider: str | None) -> str:
    """Queue one page in the task's transaction, and return the id of its task."""
    arguments = {"page_id": page_id, "condition_id": str(condition.id), "provider": provider}
    if TakeoffSettings().register_batch_pages:
        child = enqueue(
            task.session,
            generate_ai_takeoff.s(**arguments),
            project_id=condition.project_id,
            name=f"Measure {condition.name}",
            entity=("page", page_id),
            actor=str(task.request.hostname),
        )
        return str(child.task_id)
    task_id = str(uuid4())
    generate_ai_takeoff.apply_async(kwargs=arguments, task_id=task_id)
    return task_id
