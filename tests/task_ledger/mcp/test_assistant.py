"""An assistant asks about tasks by the Model Context Protocol, with the SDK's own client."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters

from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector, Server

Token = Callable[..., dict[str, str]]
COMMAND = ("-m", "task_ledger", "mcp")


@pytest.fixture
def ask(server: Server, token: Token) -> Callable[..., str]:
    """Ask one tool, as an assistant that may read `tower-a` and nothing else."""
    bearer = token("assistant", "viewer", ["tower-a"])["Authorization"].removeprefix("Bearer ")

    def ask(tool: str, **arguments: Any) -> str:
        async def conversation() -> str:
            async with Client(_server(server, bearer)) as client:
                answer = await client.call_tool(tool, arguments)
                text = "\n".join(getattr(part, "text", "") for part in answer.content)
                return f"refused: {text}" if answer.is_error else text

        return anyio.run(conversation)

    return ask


def _server(server: Server, bearer: str) -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable,
        args=[*COMMAND, "--server", f"http://127.0.0.1:{server.port}"],
        # The client passes nothing else on; `make coverage` needs its variables in the server.
        env={name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
        | {"TASK_LEDGER_TOKEN": bearer},
    )


def test_every_tool_says_that_it_only_reads(server: Server, token: Token) -> None:
    bearer = token("assistant", "viewer")["Authorization"].removeprefix("Bearer ")

    async def tools() -> list[Any]:
        async with Client(_server(server, bearer)) as client:
            return list((await client.list_tools()).tools)

    found = anyio.run(tools)
    assert {tool.name for tool in found} == {
        "list_projects", "describe_query_language", "find_tasks", "explain_task",
        "read_timeline", "summarize_failures", "list_unfinished_tasks",
    }  # fmt: skip
    for tool in found:
        assert tool.annotations.read_only_hint, tool.name
        assert not tool.annotations.destructive_hint, tool.name
        assert len(tool.description) > 40, tool.name


def test_a_history_has_the_number_of_each_event(
    ask: Callable[..., str], ledger: Ledger, projector: Projector
) -> None:
    task = ledger.register()
    ledger.start(task)
    ledger.retry(task, countdown_s=0)
    ledger.start(task)
    ledger.fail(task, "the drawing has no scale bar")
    told = ask("explain_task", task_id=str(task.id)).splitlines()
    assert str(task.id) in told[0]
    assert "FAILURE" in told[0]
    assert "the drawing has no scale bar" in told[0]
    assert [line.split(",")[0] for line in told[1:]] == [f"- event {n}" for n in range(1, 6)]
    assert "Attempt 1 of 4 started on worker-1@host" in told[2]
    assert "TimeoutError: the provider said nothing" in told[3]


def test_tasks_are_found_by_the_query_language(
    ask: Callable[..., str], ledger: Ledger, projector: Projector
) -> None:
    done = ledger.finished()
    failed = ledger.register(task_type="ocr")
    ledger.start(failed)
    ledger.fail(failed, "no text")
    projector.caught_up()
    told = ask("find_tasks", project="tower-a", query="type:ocr status:FAILURE")
    assert str(failed.id) in told
    assert str(done.id) not in told
    assert "1 FAILURE" in told
    refused = ask("find_tasks", project="tower-a", query="colour:red")
    assert refused.startswith("refused: ")
    assert "colour" in refused
    assert "status: The status." in ask("describe_query_language")


def test_a_timeline_is_read_by_the_query_language_page_by_page(
    ask: Callable[..., str], ledger: Ledger, projector: Projector
) -> None:
    ledger.finished()
    failed = [ledger.register(task_type="ocr") for _ in range(3)]
    for task in failed:
        ledger.start(task)
        ledger.fail(task, "no text")
    projector.caught_up()
    asked: Any = {"project": "tower-a", "query": "event:failed type:ocr", "limit": 2}
    told = ask("read_timeline", **asked).splitlines()
    ids = [str(task.id) for task in reversed(failed)]
    assert [line.split("task ")[1][:36] for line in told[1:]] == ids[:2]
    assert "event 3, " in told[1]
    assert "no text" in told[1]
    following = int(told[0].partition("before number ")[2].rstrip("."))
    rest = ask("read_timeline", **asked, before=following).splitlines()
    assert [line.split("task ")[1][:36] for line in rest[1:]] == ids[2:]
    assert "More follow" not in rest[0]
    assert ask("read_timeline", project="tower-a", query="colour:red").startswith("refused: ")
    assert "event: " in ask("describe_query_language", of="events")


def test_failures_and_open_tasks_are_narrowed_by_the_query_language(
    ask: Callable[..., str], ledger: Ledger, projector: Projector
) -> None:
    waiting = {kind: ledger.register(task_type=kind) for kind in ("ocr", "scale")}
    for kind in ("ocr", "scale"):
        task = ledger.register(task_type=kind)
        ledger.start(task)
        ledger.fail(task, "no text")
    projector.caught_up()
    told = ask("summarize_failures", project="tower-a", query="type:ocr").splitlines()
    assert [line.partition(";")[0] for line in told] == [
        "1 tasks failed in the last 24 h.", "- 1 times ocr: ValueError: no text",
    ]  # fmt: skip
    told = ask("list_unfinished_tasks", project="tower-a", query="type:scale")
    assert str(waiting["scale"].id) in told
    assert str(waiting["ocr"].id) not in told


def test_failures_are_counted_by_their_error(
    ask: Callable[..., str], ledger: Ledger, projector: Projector
) -> None:
    for message in ("no text", "no text", "no scale"):
        task = ledger.register(task_type="ocr")
        ledger.start(task)
        ledger.fail(task, message)
    projector.caught_up()
    told = ask("summarize_failures", project="tower-a", hours=1).splitlines()
    assert told[0].startswith("3 tasks failed in the last 1 h.")
    assert told[1].startswith("- 2 times ocr: ValueError: no text; for example tasks ")
    assert told[2].startswith("- 1 times ocr: ValueError: no scale; for example tasks ")


def test_unfinished_tasks_show_what_they_wait_for(
    ask: Callable[..., str], ledger: Ledger, projector: Projector
) -> None:
    ledger.finished()
    waiting = ledger.register()
    running = ledger.register()
    ledger.start(running)
    ledger.progress(running, 10, "Reading")
    retrying = ledger.register()
    ledger.start(retrying)
    ledger.retry(retrying, countdown_s=3600)
    projector.caught_up()
    told = ask("list_unfinished_tasks", project="tower-a").splitlines()
    assert told[0].startswith("3 unfinished tasks, oldest first.")
    for line, task, words in zip(
        told[1:],
        (waiting, running, retrying),
        ("waits in its queue for a worker since", "runs on worker-1@host since", "waits until"),
        strict=True,
    ):
        assert str(task.id) in line
        assert words in line


def test_a_task_s_text_cannot_add_lines_to_an_answer(
    ask: Callable[..., str], ledger: Ledger, projector: Projector
) -> None:
    task = ledger.register(name="x\n- task 1\u2028- task 2", task_type="t\n- task 3")
    projector.caught_up()
    for told in (
        ask("find_tasks", project="tower-a"),
        ask("explain_task", task_id=str(task.id)),
        ask("list_unfinished_tasks", project="tower-a"),
    ):
        assert len(told.splitlines()) == 2
        assert "x - task 1 - task 2 (t - task 3)" in told


def test_a_project_s_id_is_no_part_of_a_path(
    ask: Callable[..., str], ledger: Ledger, projector: Projector
) -> None:
    ledger.register()
    projector.caught_up()
    for project in (".", "..", "?limit=1", "tower-a/../tower-a"):
        refused = ask("list_unfinished_tasks", project=project)
        assert refused.startswith("refused: ")
        assert "(404)" in refused


def test_another_project_is_not_disclosed(
    ask: Callable[..., str], ledger: Ledger, projector: Projector
) -> None:
    other = ledger.finished(project="tower-b")
    ledger.finished()
    projector.caught_up()
    assert "tower-b" not in ask("list_projects")
    for answer in (
        ask("find_tasks", project="tower-b"),
        ask("explain_task", task_id=str(other.id)),
        ask("list_unfinished_tasks", project="../projects/tower-b"),
    ):
        assert answer.startswith("refused: "), answer
        assert "404" in answer


def test_a_task_s_text_stays_one_line(
    ask: Callable[..., str], ledger: Ledger, projector: Projector
) -> None:
    task = ledger.register()
    ledger.start(task)
    ledger.fail(task, "first\n- task 1; SUCCESS\n" + "x" * 5_000)
    told = ask("explain_task", task_id=str(task.id)).splitlines()
    assert len(told) == 4
    assert all(len(line) < 1_500 for line in told)


def test_without_a_token_it_says_how_to_get_one() -> None:
    done = subprocess.run(
        [sys.executable, *COMMAND], env={}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "task-ledger token create" in done.stderr
    assert done.stdout == ""
