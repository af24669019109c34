"""Requests takeoffs: of one condition or of everything, on one page or on many."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.api.authorization import condition_in_reach
from services.api.registering import AboutPage, RegisteringAboutPage, RegisteringATask
from services.api.schemas.takeoffs import (
    BatchAnswer,
    ProviderAnswer,
    ProvidersAnswer,
    TakeoffAnswer,
)
from services.api.sending import (
    AUTONOMOUS_AI_TAKEOFF,
    BATCH_AI_TAKEOFF,
    COMPARE_PROVIDERS,
    GENERATE_AI_TAKEOFF,
    AskedTask,
)
from takeoff.models import Condition, Document, Page
from takeoff.providers import ProviderName, ProviderSettings, availability
from task_ledger.server.problems import ProblemError, declared
from task_ledger.server.routes.router import api_router

router = api_router("takeoff")

MAX_PAGES = 500
_REFUSALS: Mapping[int | str, dict[str, Any]] = declared(403, 404, 408, 413, 422)


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TakeoffRequest(_Request):
    """The condition and the provider of a takeoff."""

    condition_id: UUID
    provider: ProviderName | None = Field(
        default=None, description="The provider's name. Default: the configured default provider."
    )


class AutonomousRequest(_Request):
    """The provider for a takeoff of everything on a page."""

    provider: ProviderName | None = Field(
        default=None, description="The provider's name. Default: the configured default provider."
    )


class ComparisonRequest(_Request):
    """The condition to measure and the providers to compare."""

    condition_id: UUID
    providers: Annotated[list[ProviderName], Field(min_length=1, max_length=10)] | None = Field(
        default=None, description="The providers' names. Default: all configured providers."
    )


class BatchRequest(TakeoffRequest):
    """The condition, the pages and the provider of a takeoff."""

    page_ids: Annotated[list[UUID], Field(min_length=1, max_length=MAX_PAGES)]


@router.get("/ai-takeoff/providers")
async def list_providers() -> ProvidersAnswer:
    """The takeoff providers, and the missing settings of those that are not configured."""
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
async def ai_takeoff(asked: TakeoffRequest, about: RegisteringAboutPage) -> TakeoffAnswer:
    """Measure a condition on a page. Needs the role operator or admin."""
    condition = await _condition_of(asked.condition_id, about)
    name = f"Measure {condition.name} on {_called(about.page)}"
    return await _about_page(
        about, GENERATE_AI_TAKEOFF, name, condition=condition, provider=asked.provider
    )


@router.post("/pages/{page_id}/autonomous-takeoff", status_code=202, responses=_REFUSALS)
async def autonomous_takeoff(
    about: RegisteringAboutPage, asked: AutonomousRequest | None = None
) -> TakeoffAnswer:
    """Measure everything on a page. Missing conditions are created. Needs the role operator or
    admin."""
    provider = asked.provider if asked else None
    project_id = await _project_of(about)
    name = f"Measure all of {_called(about.page)}"
    return await _about_page(
        about, AUTONOMOUS_AI_TAKEOFF, name, provider=provider, project_id=project_id
    )


@router.post("/pages/{page_id}/compare-providers", status_code=202, responses=_REFUSALS)
async def compare_providers(asked: ComparisonRequest, about: RegisteringAboutPage) -> TakeoffAnswer:
    """Compare several providers on the same page and condition. Stores no measurements. Needs the
    role operator or admin."""
    condition = await _condition_of(asked.condition_id, about)
    name = f"Compare providers for {condition.name} on {_called(about.page)}"
    return await _about_page(
        about, COMPARE_PROVIDERS, name, condition=condition, providers=asked.providers
    )


@router.post("/batch-ai-takeoff", status_code=202, responses=_REFUSALS)
async def batch_ai_takeoff(asked: BatchRequest, registering: RegisteringATask) -> BatchAnswer:
    """Measure a condition on many pages. The task's result names each page that cannot be measured,
    with the reason. Needs the role operator or admin."""
    condition = await condition_in_reach(
        asked.condition_id, registering.identity, registering.takeoff
    )
    pages = list(dict.fromkeys(asked.page_ids))
    registered = await registering.register(
        BATCH_AI_TAKEOFF,
        project_id=condition.project_id,
        name=f"Measure {condition.name} on {len(pages)} pages",
        entity=("condition", str(condition.id)),
        arguments={
            "page_ids": [str(page_id) for page_id in pages],
            "condition_id": str(condition.id),
            "provider": asked.provider,
        },
        metadata=_who(provider=asked.provider),
    )
    return BatchAnswer(**registered, condition_id=condition.id, pages_count=len(pages))


async def _about_page(
    about: AboutPage,
    task: AskedTask,
    name: str,
    *,
    condition: Condition | None = None,
    **arguments: Any,
) -> TakeoffAnswer:
    if condition is not None:
        arguments["condition_id"] = str(condition.id)
    registered = await about.register(
        task,
        project_id=condition.project_id if condition else await _project_of(about),
        name=name,
        entity=("page", str(about.page.id)),
        arguments={"page_id": str(about.page.id), **arguments},
        metadata=_who(**arguments),
    )
    return TakeoffAnswer(
        **registered, page_id=about.page.id, condition_id=condition.id if condition else None
    )


def _who(**arguments: Any) -> dict[str, Any]:
    return {key: arguments[key] for key in ("provider", "providers") if arguments.get(key)}


async def _condition_of(condition_id: UUID, about: AboutPage) -> Condition:
    condition = await condition_in_reach(condition_id, about.identity, about.takeoff)
    if condition.project_id != await _project_of(about):
        raise ProblemError(
            422,
            "wrong_project",
            "The condition and the page belong to different projects. Use a condition of the "
            "page's project.",
        )
    return condition


async def _project_of(about: AboutPage) -> str:
    async with about.takeoff.sessions() as session:
        return (await session.get_one(Document, about.page.document_id)).project_id


def _called(page: Page) -> str:
    return page.sheet_number or f"page {page.number}"
