"""Registering tasks from routes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from services.api.authorization import PageInReach
from services.api.resources import Takeoff
from services.api.sending import AskedTask
from task_ledger import enqueue
from task_ledger.server.addresses import address_of
from task_ledger.server.auth import Operating
from task_ledger.server.routes.router import PREFIX


@dataclass(frozen=True)
class Registering:
    """A request to register a task, by a caller with the right role, and its response."""

    identity: Operating
    takeoff: Takeoff
    request: Request
    response: Response

    async def register(
        self,
        asked: AskedTask,
        *,
        project_id: str,
        name: str,
        entity: tuple[str, str],
        arguments: Mapping[str, Any],
        metadata: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Register a task in its own transaction, add its location to the response, and return the
        fields of :class:`services.api.schemas.registered.RegisteredAnswer`.

        Raises:
            LedgerError: the task cannot be registered.
        """
        async with self.takeoff.sessions() as session:
            task = await enqueue(
                session,
                asked.signature(self.takeoff.sender, **arguments),
                project_id=project_id,
                name=name,
                metadata=metadata,
                entity=entity,
                task_type=asked.task_type,
                max_attempts=asked.max_attempts,
            )
            await session.commit()
        location = address_of(self.request, f"{PREFIX}/tasks/{task.task_id}")
        self.response.headers["Location"] = location
        return {
            "task_id": task.task_id,
            "version": task.version,
            "task_type": task.task_type,
            "task_name": task.task_name,
            "message": f"{task.task_name}: registered, and will run.",
        }


@dataclass(frozen=True)
class AboutPage(Registering):
    """A request to register a task for a page."""

    page: PageInReach


RegisteringATask = Annotated[Registering, Depends()]
RegisteringAboutPage = Annotated[AboutPage, Depends()]
