"""The measured requests: lists, timelines, searches, one task, and counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import httpx2

from task_ledger.eventlog.task_order import Order

PROJECT: Final = "project-2"
ABSENT: Final = "zzqxj"
"""Text that no task has."""

_LIST: Final = f"/api/v1/tasks/project/{PROJECT}"
_TIMELINE: Final = f"/api/v1/projects/{PROJECT}/events"


@dataclass(frozen=True)
class Read:
    """One request that is repeated.

    Attributes:
        kind: what the plot shows as one line.
        parameters: of the query; unlike those in a URL, they are not quoted.
    """

    kind: str
    name: str
    path: str
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])


def reads(client: httpx2.Client, now: datetime) -> list[Read]:
    """Return the requests for a database that `bench.load` filled.

    Reads a page of the list and one of the timeline, to continue from.

    Args:
        now: time of the last task.
    """
    page = client.get(_LIST, params={"limit": "500"}).raise_for_status().json()
    head = client.get(_TIMELINE).raise_for_status().json()["head"]
    task_id = page["tasks"][0]["task_id"]
    since = (now - timedelta(days=30)).isoformat()
    until = (now - timedelta(days=60)).isoformat()
    return [
        *_lists(since),
        Read("list", "list, later page", _LIST, {"limit": "500", "cursor": page["next"]}),
        Read("list", "list of all projects", "/api/v1/tasks"),
        *_timelines(since, until, task_id),
        Read("timeline", "timeline, from the middle", _TIMELINE, {"cursor": str(head // 2)}),
        *_searches(),
        Read("one task", "task", f"/api/v1/tasks/{task_id}"),
        Read("one task", "task, its events", f"/api/v1/tasks/{task_id}/events"),
        Read("counts", "project", f"/api/v1/projects/{PROJECT}"),
        Read("counts", "projects", "/api/v1/projects"),
    ]


def _lists(since: str) -> list[Read]:
    filters = {
        "": {},
        ", by status": {"status": "FAILURE"},
        ", by type": {"task_type": "type_3"},
        ", by status and type": {"status": "SUCCESS", "task_type": "type_3"},
        ", by time": {"since": since},
        ", by a query": {"query": "type:type_3 actor:bench"},
    }
    return [
        Read("list", f"list{name}, {order.value}", _LIST, {**chosen, "order": order.value})
        for name, chosen in filters.items()
        for order in Order
    ]


def _timelines(since: str, until: str, task_id: str) -> list[Read]:
    filters = {
        "": {},
        ", by type of event": {"type": "failed"},
        ", by type of task": {"task_type": "type_3"},
        ", by task": {"task_id": task_id},
        ", by actor": {"actor": "bench"},
        ", since a time": {"since": since},
        ", until a time": {"until": until},
    }
    return [
        Read("timeline", f"timeline{name}, {order}", _TIMELINE, {**chosen, "order": order})
        for name, chosen in filters.items()
        for order in ("newest", "oldest")
    ]


def _searches() -> list[Read]:
    return [
        Read(
            f"search, {kind}",
            f"search of {what}, {kind}, {order}",
            path,
            {"q": text, "order": order},
        )
        for what, path in (("the list", _LIST), ("the timeline", _TIMELINE))
        for kind, text in (("with a match", "type_3"), ("without a match", ABSENT))
        for order in ("newest", "oldest")
    ]
