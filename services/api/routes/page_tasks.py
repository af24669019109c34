"""Tasks for a single page."""

from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.api.registering import AboutPage, RegisteringAboutPage
from services.api.schemas.registered import PageTaskAnswer
from services.api.sending import (
    CLASSIFY_PAGE,
    CLASSIFY_PAGE_BY_VISION,
    DETECT_PAGE_SCALE,
    PROCESS_PAGE_OCR,
    AskedTask,
)
from services.page_sets import queue_of
from takeoff.models import Document, Page
from takeoff.providers import ProviderName
from task_ledger.server.problems import declared
from task_ledger.server.routes.router import api_router

router = api_router("drawings")


class OcrRequest(BaseModel):
    """How to read the page."""

    model_config = ConfigDict(extra="forbid")

    ocr_mode: Literal["fast", "accurate"] = Field(
        default="fast",
        description="`fast`: the text layer, and a quick pass over the image if the text layer "
        "has too little. `accurate`: the text layer and the whole image in tiles; about a minute "
        "for a large sheet.",
    )


class ClassifyRequest(BaseModel):
    """How to classify the page."""

    model_config = ConfigDict(extra="forbid")

    provider: ProviderName | None = Field(
        default=None, description="The provider's name. Default: the configured default provider."
    )
    use_vision: bool | None = Field(
        default=None,
        description="True: a provider classifies the page by its image. False: rules classify it "
        "by its text, without a provider. Default: true if `provider` names one that accepts "
        "images.",
    )

    @property
    def by_vision(self) -> bool:
        """Whether a provider classifies by the image."""
        if self.use_vision is None:
            return self.provider not in (None, "local")
        return self.use_vision


@router.post(
    "/pages/{page_id}/reprocess-ocr", status_code=202, responses=declared(403, 404, 408, 413, 422)
)
async def reprocess_ocr(
    about: RegisteringAboutPage, asked: OcrRequest | None = None
) -> PageTaskAnswer:
    """Read the page's text and title block again. Needs the role operator or admin."""
    mode = (asked or OcrRequest()).ocr_mode
    task = replace(PROCESS_PAGE_OCR, queue=queue_of(about.page, mode))
    return await _asked(about, task, "Read", ocr_mode=mode)


@router.post(
    "/pages/{page_id}/classify", status_code=202, responses=declared(403, 404, 408, 413, 422)
)
async def classify_page(
    about: RegisteringAboutPage, asked: ClassifyRequest | None = None
) -> PageTaskAnswer:
    """Classify the page: its discipline, its page type, and how much it says about concrete. Needs
    the role operator or admin."""
    asked = asked or ClassifyRequest()
    chosen = {"provider": asked.provider, "use_vision": asked.by_vision}
    task = CLASSIFY_PAGE_BY_VISION if asked.by_vision else CLASSIFY_PAGE
    return await _asked(about, task, "Classify", **chosen)


@router.post("/pages/{page_id}/detect-scale", status_code=202, responses=declared(403, 404))
async def detect_scale(about: RegisteringAboutPage) -> PageTaskAnswer:
    """Detect the page's scale. A scale set by hand is kept. Needs the role operator or admin."""
    return await _asked(about, DETECT_PAGE_SCALE, "Find the scale of")


async def _asked(about: AboutPage, task: AskedTask, verb: str, **arguments: Any) -> PageTaskAnswer:
    page = about.page
    async with about.takeoff.sessions() as session:
        document = await session.get_one(Document, page.document_id)
    registered = await about.register(
        task,
        project_id=document.project_id,
        name=f"{verb} {_called(page, document)}",
        entity=("page", str(page.id)),
        arguments={"page_id": str(page.id), **arguments},
        metadata={"page": page.number, "file_name": document.file_name, **arguments},
    )
    return PageTaskAnswer(**registered, page_id=page.id)


def _called(page: Page, document: Document) -> str:
    return page.sheet_number or f"page {page.number} of {document.file_name}"
