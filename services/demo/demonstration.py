"""Uploads drawings and requests every kind of task on them, in order."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from services.demo.api_client import ApiClient, Refused
from task_ledger.cli.exits import CommandFailed

TASK_TYPES: Final = (
    "document_processing",
    "ocr_processing",
    "page_classification",
    "scale_detection",
    "ai_takeoff",
    "autonomous_ai_takeoff",
    "provider_comparison",
    "batch_ai_takeoff",
)
_ENDED: Final = frozenset({"SUCCESS", "FAILURE", "REVOKED"})
_POLL_S: Final = 0.25
_ENDS_WITHIN_S: Final = 900.0
_TYPES: Final = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
}
# A condition found on the sample and on most drawings for concrete work.
_NOT_CALIBRATED: Final = "not calibrated"
_SLAB: Final = {"name": "Slab on grade", "measurement_type": "area"}
_DOORS: Final = {"name": "Doors", "measurement_type": "count"}


@dataclass
class Asked:
    """A requested task.

    Attributes:
        about: its subject, for display.
        refusal: words of the expected error; None if it should succeed.
        task: its last state from the API.
    """

    about: str
    task_type: str
    task_id: str
    refusal: str | None = None
    task: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def ended(self) -> bool:
        """Whether the task has ended."""
        return self.task.get("status") in _ENDED

    @property
    def as_it_should(self) -> bool:
        """Whether the task ended as expected."""
        if self.refusal is None:
            return self.task.get("status") == "SUCCESS"
        error: dict[str, Any] = self.task.get("error") or {}
        return self.task.get("status") == "FAILURE" and self.refusal in error.get("message", "")


class Demonstration:
    """Runs all eight kinds of task on drawings, over HTTP.

    Args:
        project_id: created if missing.
        pages: number of pages to process per drawing.
        show: called with all tasks whenever one has changed or been requested.
    """

    def __init__(
        self,
        api: ApiClient,
        project_id: str,
        *,
        pages: int,
        show: Callable[[Sequence[Asked]], None],
    ) -> None:
        self._api = api
        self._project_id = project_id
        self._pages = pages
        self._show = show
        self.asked: list[Asked] = []

    def run(self, drawings: Iterable[Path]) -> None:
        """Upload the drawings and run every kind of task on their pages; the tasks are in `asked`.

        Raises:
            CommandFailed: the API refused a request or cannot be reached, or a task does not end.
        """
        make_project(self._api, self._project_id)
        documents = [self._upload(drawing) for drawing in drawings]
        self.work_on(documents)

    def work_on(self, documents: Sequence[tuple[str, str]]) -> None:
        """Continue with uploaded drawings, given as (document id, task id of their processing).

        Raises:
            CommandFailed: as `run`.
        """
        if not self.asked:
            self.asked += [
                Asked("the drawing", "document_processing", task) for _, task in documents
            ]
        self._wait()
        found = [page for document, _ in documents for page in self._pages_of(document)]
        for page in found:
            self._ask(page, "ocr_processing", f"/pages/{page['id']}/reprocess-ocr")
        self._wait()
        for page in found:
            self._ask(page, "page_classification", f"/pages/{page['id']}/classify")
            self._ask(page, "scale_detection", f"/pages/{page['id']}/detect-scale")
        self._wait()
        self._measure([self._api.get(f"/pages/{page['id']}") for page in found])
        self._wait()

    @property
    def problems(self) -> list[str]:
        """Return the tasks that did not end as expected, and the kinds of task not run."""
        wrong = [
            f"{each.task_type} of {each.about} is {each.task.get('status')}: {_error(each)}"
            for each in self.asked
            if not each.as_it_should
        ]
        missing = [
            kind for kind in TASK_TYPES if kind not in {each.task_type for each in self.asked}
        ]
        return wrong + [f"no {kind} was run: there was no page for it" for kind in missing]

    def _upload(self, drawing: Path) -> tuple[str, str]:
        try:
            content = drawing.read_bytes()
        except OSError as error:
            raise CommandFailed(f"{drawing} cannot be read: {error.strerror}.") from error
        name = "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "_"
                       for c in drawing.name)  # fmt: skip
        kind = _TYPES.get(drawing.suffix.lower(), "application/octet-stream")
        answer = self._api.upload(f"/projects/{self._project_id}/documents", name, content, kind)
        self.asked.append(Asked(name, "document_processing", answer["task_id"]))
        return answer["document_id"], answer["task_id"]

    def _pages_of(self, document_id: str) -> list[dict[str, Any]]:
        return self._api.get(f"/documents/{document_id}/pages?limit={self._pages}")["pages"]

    def _measure(self, pages: Sequence[dict[str, Any]]) -> None:
        if not pages:
            return
        slab, doors = self._condition(_SLAB), self._condition(_DOORS)
        for page in pages:
            path = f"/pages/{page['id']}"
            self._ask(page, "ai_takeoff", f"{path}/ai-takeoff", {"condition_id": slab})
            self._ask(page, "autonomous_ai_takeoff", f"{path}/autonomous-takeoff", {})
        compared = next((page for page in pages if page["calibrated"]), pages[0])
        path = f"/pages/{compared['id']}/compare-providers"
        self._ask(compared, "provider_comparison", path, {"condition_id": slab})
        batch = {"page_ids": [page["id"] for page in pages], "condition_id": doors}
        answer = self._api.post("/batch-ai-takeoff", batch)
        about = f"{len(pages)} pages"
        # A batch fails if all its pages fail.
        refusal = None if any(page["calibrated"] for page in pages) else _NOT_CALIBRATED
        self.asked.append(Asked(about, "batch_ai_takeoff", answer["task_id"], refusal))

    def _condition(self, wanted: dict[str, str]) -> str:
        path = f"/projects/{self._project_id}/conditions"
        try:
            return str(self._api.post(path, wanted)["id"])
        except Refused as error:
            there = self._condition_named(path, wanted["name"]) if error.answer == 409 else None
            if there is None:
                raise
            return there

    def _condition_named(self, path: str, name: str) -> str | None:
        """Return the project's condition of that name; None if it was deleted in the meantime."""
        cursor: str | None = ""
        while cursor is not None:
            page = self._api.get(f"{path}?limit=500{cursor}")
            for condition in page["conditions"]:
                if condition["name"] == name:
                    return str(condition["id"])
            cursor = f"&cursor={quote(page['next'], safe='')}" if page["next"] else None
        return None

    def _ask(
        self, page: dict[str, Any], task_type: str, path: str, body: dict[str, Any] | None = None
    ) -> None:
        measures = body is not None
        answer = self._api.post(path, body or {})
        # Measuring on a page without a trusted scale must be refused.
        refusal = _NOT_CALIBRATED if measures and not page["calibrated"] else None
        about = page["sheet_number"] or f"page {page['number']}"
        self.asked.append(Asked(about, task_type, answer["task_id"], refusal))

    def _wait(self) -> None:
        deadline = time.monotonic() + _ENDS_WITHIN_S
        while waiting := [each for each in self.asked if not each.ended]:
            for each in waiting:
                each.task = self._api.get(f"/tasks/{each.task_id}")
            self._show(self.asked)
            if time.monotonic() > deadline:
                raise CommandFailed(
                    f"{len(waiting)} tasks have not ended within {_ENDS_WITHIN_S:g} s. Look at"
                    " `task-ledger doctor` and at the logs of workers and projector."
                )
            time.sleep(_POLL_S)


def make_project(api: ApiClient, project_id: str) -> None:
    """Create the project if it is missing.

    Raises:
        CommandFailed: the API refused the request or cannot be reached.
    """
    try:
        api.post("/projects", {"id": project_id, "name": "Sample project"})
    except Refused as error:
        if error.answer != 409:
            raise


def _error(asked: Asked) -> str:
    error: dict[str, Any] = asked.task.get("error") or {}
    return str(error.get("message", "no error was given"))
