"""A worker's log is an object a line, and carries no result, no argument and no traceback."""

import json
import subprocess
import sys
from functools import cache
from typing import Any

PROGRAM = """
import logging
from celery import Celery
from celery.contrib.testing.worker import start_worker
from task_ledger.celery.worker.logs import configure_worker_logs

app = Celery("app", broker="memory://", backend="cache+memory://")
app.conf.update(worker_hijack_root_logger=False, worker_log_color=False)
configure_worker_logs()


@app.task(name="count")
def count(pages):
    return {"secret result": pages}


@app.task(name="fail")
def fail(argument):
    local = "a value"
    raise ValueError("not let in by postgresql://ada:lovelace@db/ledger")


@app.task(name="again", bind=True, max_retries=1, default_retry_delay=0)
def again(self):
    if self.request.retries == 0:
        raise self.retry(exc=ValueError("not let in with token=lovelace"), countdown=0)


def send_what_is_no_task():
    for task, eta in (("absent", None), ("fail", "never")):
        with app.producer_or_acquire() as producer:
            producer.publish(
                [["hunter2"], {"a": "hunter2"}, {}], routing_key="celery", serializer="json",
                headers={"task": task, "id": f"id-{task}", "lang": "py", "eta": eta,
                         "argsrepr": "('hunter2',)", "kwargsrepr": "{'a': 'hunter2'}"},
            )
    with app.producer_or_acquire() as producer:
        producer.publish("{hunter2", routing_key="celery", content_type="application/json",
                         content_encoding="utf-8", headers={"argsrepr": "hunter2"})


with start_worker(app, perform_ping_check=False, pool="solo", loglevel="INFO"):
    count.delay("hunter2").get(timeout=20)
    send_what_is_no_task()
    fail.delay("hunter2").get(timeout=20, propagate=False)
    again.delay().get(timeout=20)
    logging.getLogger("kombu").error("no way to %s", "amqp://ada:lovelace@mq")
    try:
        fail.run("hunter2")
    except ValueError:
        logging.getLogger("celery.worker.request").error("handler raised", exc_info=True)
"""


@cache
def _logged() -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=120
    )
    for hidden in ("secret result", "hunter2", "lovelace", "Traceback", "a value"):
        assert hidden not in done.stderr, done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_what_celery_says_is_named_and_carries_nothing_that_the_ledger_keeps_apart() -> None:
    lines = _logged()
    named = [(line["event"], line["task"]) for line in lines if "task" in line]
    assert sorted(set(named)) == [
        ("task_failed", "fail"),
        ("task_received", "again"),
        ("task_received", "count"),
        ("task_received", "fail"),
        ("task_retried", "again"),
        ("task_succeeded", "again"),
        ("task_succeeded", "count"),
    ]
    (failed,) = [line for line in lines if line["event"] == "task_failed"]
    assert failed["error"] == "ValueError"
    assert failed["message"] == "not let in by postgresql://ada:[hidden]@db/ledger"
    assert failed["at"][-1].endswith(" fail")
    (succeeded,) = [line for line in lines if line.get("task") == "count" and "ran_s" in line]
    assert succeeded["task_id"]
    assert succeeded["level"] == "info"
    others = {line.get("logger"): line for line in lines}
    assert others["kombu"]["event"] == "no way to amqp://ada:[hidden]@mq"
    assert others["celery.worker.request"]["error"] == "ValueError"


def test_a_message_that_celery_drops_is_named_and_not_printed() -> None:
    dropped = {line["event"]: line for line in _logged() if "consumer" in line.get("logger", "")}
    assert dropped["task_unknown"]["message"] == "'absent'"
    assert dropped["task_invalid"]["error"] == "InvalidTaskError"
    assert dropped["message_unreadable"]["error"] == "DecodeError"
