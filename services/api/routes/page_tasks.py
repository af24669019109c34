"""What can be asked for about one page: each becomes a task."""

from typing import Any, Literal

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from services.api.answers.task_list import PageTaskAnswer
from services.api.asking import Operating
from services.api.problems import declared
from services.api.reach import PageInReach
from services.api.resources import Resources, Shared
from services.api.routes.router import PREFIX, api_router
from services.api.sending import CLASSIFY_PAGE, DETECT_PAGE_SCALE, PROCESS_PAGE_OCR, AskedTask
from takeoff.models import Document, Page
from takeoff.providers import ProviderName
from task_ledger.enqueue import enqueue

router = api_router("drawings")


class OcrRequest(BaseModel):
    """How the page is to be read."""

    model_config = ConfigDict(extra="forbid")

    ocr_mode: Literal["fast", "accurate"] = Field(
        default="fast",
        description="fast: the text layer; where it has too little, the image, quickly. "
        "accurate: the text layer and all of the image, in tiles; about a minute a large sheet.",
    )


class ClassifyRequest(BaseModel):
    """By what the page is to be classified."""

    model_config = ConfigDict(extra="forbid")

    provider: ProviderName | None = Field(
        default=None, description="Who looks at the page; or the default one."
    )
    use_vision: bool | None = Field(
        default=None,
        description="True: a provider sees the page's image. False: rules read its text, and no "
        "provider is needed. By default true where a provider is named that sees images.",
    )

    @property
    def by_vision(self) -> bool:
        """Whether somebody is to see the image."""
        if self.use_vision is None:
            return self.provider not in (None, "local")
        return self.use_vision


@router.post(
    "/pages/{page_id}/reprocess-ocr", status_code=202, responses=declared(403, 404, 413, 422)
)
async def reprocess_ocr(
    page: PageInReach,
    _: Operating,
    shared: Shared,
    response: Response,
    asked: OcrRequest | None = None,
) -> PageTaskAnswer:
    """Read the page's text and title block again. Needs the role operator or admin."""
    mode = (asked or OcrRequest()).ocr_mode
    return await _asked(shared, response, page, PROCESS_PAGE_OCR, "Read", ocr_mode=mode)


@router.post("/pages/{page_id}/classify", status_code=202, responses=declared(403, 404, 413, 422))
async def classify_page(
    page: PageInReach,
    _: Operating,
    shared: Shared,
    response: Response,
    asked: ClassifyRequest | None = None,
) -> PageTaskAnswer:
    """Say what the page shows. Needs the role operator or admin."""
    asked = asked or ClassifyRequest()
    chosen = {"provider": asked.provider, "use_vision": asked.by_vision}
    return await _asked(shared, response, page, CLASSIFY_PAGE, "Classify", **chosen)


@router.post("/pages/{page_id}/detect-scale", status_code=202, responses=declared(403, 404))
async def detect_scale(
    page: PageInReach, _: Operating, shared: Shared, response: Response
) -> PageTaskAnswer:
    """Find the page's scale; one that was given by hand stays. Needs the role operator or admin."""
    return await _asked(shared, response, page, DETECT_PAGE_SCALE, "Find the scale of")


async def _asked(
    shared: Resources,
    response: Response,
    page: Page,
    task: AskedTask,
    verb: str,
    **arguments: Any,
) -> PageTaskAnswer:
    async with shared.sessions() as session:
        document = await session.get_one(Document, page.document_id)
        signature = task.signature(shared.sender, page_id=str(page.id), **arguments)
        enqueued = await enqueue(
            session,
            signature,
            project_id=document.project_id,
            name=f"{verb} {_called(page, document)}",
            metadata={"page": page.number, "file_name": document.file_name, **arguments},
            entity=("page", str(page.id)),
            task_type=task.task_type,
            max_attempts=task.max_attempts,
        )
        await session.commit()
    response.headers["Location"] = f"{PREFIX}/tasks/{enqueued.task_id}"
    return PageTaskAnswer(
        task_id=enqueued.task_id,
        version=enqueued.version,
        task_type=enqueued.task_type,
        task_name=enqueued.task_name,
        message=f"{enqueued.task_name}: registered, and will run.",
        page_id=page.id,
    )


def _called(page: Page, document: Document) -> str:
    return page.sheet_number or f"page {page.number} of {document.file_name}"
