"""Asking for takeoffs: of a condition or of everything, on one page or on many."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from services.api.answers.takeoffs import (
    BatchAnswer,
    ProviderAnswer,
    ProvidersAnswer,
    TakeoffAnswer,
)
from services.api.asking import Operating
from services.api.problems import ProblemError, declared
from services.api.reach import PageInReach, condition_in_reach
from services.api.resources import Resources, Shared
from services.api.routes.router import PREFIX, api_router
from services.api.sending import (
    AUTONOMOUS_AI_TAKEOFF,
    BATCH_AI_TAKEOFF,
    COMPARE_PROVIDERS,
    GENERATE_AI_TAKEOFF,
    AskedTask,
)
from takeoff.models import Condition, Document, Page
from takeoff.providers import ProviderName, ProviderSettings, availability
from task_ledger.access import Identity
from task_ledger.enqueue import Enqueued, enqueue

router = api_router("takeoff")

MAX_PAGES = 500
_REFUSALS: Mapping[int | str, dict[str, Any]] = declared(403, 404, 413, 422)


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TakeoffRequest(_Request):
    """Which condition to measure, and by whom."""

    condition_id: UUID
    provider: ProviderName | None = Field(default=None, description="Or the default one.")


class AutonomousRequest(_Request):
    """By whom everything is to be measured."""

    provider: ProviderName | None = Field(default=None, description="Or the default one.")


class ComparisonRequest(_Request):
    """Which condition to look for, and who is to be compared."""

    condition_id: UUID
    providers: Annotated[list[ProviderName], Field(min_length=1, max_length=10)] | None = Field(
        default=None, description="Or all that are configured."
    )


class BatchRequest(TakeoffRequest):
    """Which condition to measure on which pages, and by whom."""

    page_ids: Annotated[list[UUID], Field(min_length=1, max_length=MAX_PAGES)]


@router.get("/ai-takeoff/providers")
async def list_providers() -> ProvidersAnswer:
    """Who can be asked for takeoffs, and what the settings of the others lack."""
    return ProvidersAnswer(
        providers=[
            ProviderAnswer(
                name=each.name,
                configured=each.configured,
                default=each.default,
                sees_images=each.sees_images,
                model=each.model,
                missing=list(each.missing),
            )
            for each in availability(ProviderSettings())
        ]
    )


@router.post("/pages/{page_id}/ai-takeoff", status_code=202, responses=_REFUSALS)
async def ai_takeoff(
    asked: TakeoffRequest,
    page: PageInReach,
    identity: Operating,
    shared: Shared,
    response: Response,
) -> TakeoffAnswer:
    """Measure a condition on a page. Needs the role operator or admin."""
    condition = await _condition_of(asked.condition_id, page, identity, shared)
    name = f"Measure {condition.name} on {_called(page)}"
    return await _about_page(
        shared, response, page, asked=GENERATE_AI_TAKEOFF, name=name, condition=condition,
        provider=asked.provider,
    )  # fmt: skip


@router.post("/pages/{page_id}/autonomous-takeoff", status_code=202, responses=_REFUSALS)
async def autonomous_takeoff(
    page: PageInReach,
    _: Operating,
    shared: Shared,
    response: Response,
    asked: AutonomousRequest | None = None,
) -> TakeoffAnswer:
    """Measure all that a page shows; conditions that are missing are made. Needs the role
    operator or admin."""
    provider = asked.provider if asked else None
    project_id = await _project_of(page, shared)
    name = f"Measure all of {_called(page)}"
    return await _about_page(
        shared, response, page, asked=AUTONOMOUS_AI_TAKEOFF, name=name,
        provider=provider, project_id=project_id,
    )  # fmt: skip


@router.post("/pages/{page_id}/compare-providers", status_code=202, responses=_REFUSALS)
async def compare_providers(
    asked: ComparisonRequest,
    page: PageInReach,
    identity: Operating,
    shared: Shared,
    response: Response,
) -> TakeoffAnswer:
    """Ask several providers for the same, and store nothing. Needs the role operator or admin."""
    condition = await _condition_of(asked.condition_id, page, identity, shared)
    name = f"Compare providers for {condition.name} on {_called(page)}"
    return await _about_page(
        shared, response, page, asked=COMPARE_PROVIDERS, name=name, condition=condition,
        providers=asked.providers,
    )  # fmt: skip


@router.post("/batch-ai-takeoff", status_code=202, responses=_REFUSALS)
async def batch_ai_takeoff(
    asked: BatchRequest, identity: Operating, shared: Shared, response: Response
) -> BatchAnswer:
    """Measure a condition on many pages. A page that cannot be measured is named with the reason
    in the task's result. Needs the role operator or admin."""
    condition = await condition_in_reach(asked.condition_id, identity, shared)
    pages = list(dict.fromkeys(asked.page_ids))
    async with shared.sessions() as session:
        task = await _enqueued(
            shared, session, asked=BATCH_AI_TAKEOFF, project_id=condition.project_id,
            name=f"Measure {condition.name} on {len(pages)} pages",
            entity=("condition", str(condition.id)),
            arguments={
                "page_ids": [str(page_id) for page_id in pages],
                "condition_id": str(condition.id),
                "provider": asked.provider,
            },
        )  # fmt: skip
    response.headers["Location"] = f"{PREFIX}/tasks/{task.task_id}"
    return BatchAnswer(**_registered(task), condition_id=condition.id, pages_count=len(pages))


async def _about_page(
    shared: Resources,
    response: Response,
    page: Page,
    *,
    asked: AskedTask,
    name: str,
    condition: Condition | None = None,
    **arguments: Any,
) -> TakeoffAnswer:
    if condition is not None:
        arguments["condition_id"] = str(condition.id)
    project_id = condition.project_id if condition else await _project_of(page, shared)
    async with shared.sessions() as session:
        task = await _enqueued(
            shared, session, asked=asked, project_id=project_id, name=name,
            entity=("page", str(page.id)),
            arguments={"page_id": str(page.id), **arguments},
        )  # fmt: skip
    response.headers["Location"] = f"{PREFIX}/tasks/{task.task_id}"
    return TakeoffAnswer(
        **_registered(task), page_id=page.id, condition_id=condition.id if condition else None
    )


async def _enqueued(
    shared: Resources,
    session: AsyncSession,
    *,
    asked: AskedTask,
    project_id: str,
    name: str,
    entity: tuple[str, str],
    arguments: Mapping[str, Any],
) -> Enqueued:
    task = await enqueue(
        session,
        asked.signature(shared.sender, **arguments),
        project_id=project_id,
        name=name,
        metadata={key: arguments[key] for key in ("provider", "providers") if arguments.get(key)},
        entity=entity,
        task_type=asked.task_type,
        max_attempts=asked.max_attempts,
    )
    await session.commit()
    return task


def _registered(task: Enqueued) -> dict[str, Any]:
    return {
        "task_id": task.task_id,
        "version": task.version,
        "task_type": task.task_type,
        "task_name": task.task_name,
        "message": f"{task.task_name}: registered, and will run.",
    }


async def _condition_of(
    condition_id: UUID, page: Page, identity: Identity, shared: Resources
) -> Condition:
    condition = await condition_in_reach(condition_id, identity, shared)
    if condition.project_id != await _project_of(page, shared):
        raise ProblemError(
            422,
            "wrong_project",
            "The condition is of another project than the page. Use one of the page's project.",
        )
    return condition


async def _project_of(page: Page, shared: Resources) -> str:
    async with shared.sessions() as session:
        return (await session.get_one(Document, page.document_id)).project_id


def _called(page: Page) -> str:
    return page.sheet_number or f"page {page.number}"
