"""`adopt check` names what differs with the ledger, by file and line, and passes what does not."""

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

HEAD = """\
from celery import Celery, Task, chord
app = Celery("shop", broker="redis://127.0.0.1:9/0", set_as_current=False)
"""
TASK = "\n@app.task(bind=True, name='t')\ndef t(self, x=0):\n    {}\n"

CASES: list[Any] = [
    ("task_always_eager", "refused", "app.conf.task_always_eager = True\n"),
    ("worker_deduplicate_successful_tasks", "refused",
     "app.conf.update(worker_deduplicate_successful_tasks=True)\n"),
    ("task_protocol", "refused", "app.conf.task_protocol = 1\n"),
    ("worker_pool", "refused", "app.conf.worker_pool = 'gevent'\n"),
    ("task_time_limit", "refused",
     "app.conf.worker_pool = 'threads'; app.conf.task_time_limit = 9\n"),
    ("worker_consumer", "refused", "app.conf.worker_consumer = 'shop.consumer:Own'\n"),
    ("beat_scheduler", "different", "app.conf.beat_scheduler = 'django:DatabaseScheduler'\n"),
    ("beat_schedule", "different", "app.conf.beat_schedule = {'x': {'task': 't'}}\n"),
    ("broker_url", "refused", "app.conf.broker_url = 'sentinel://x'\n"),
    ("broker_transport_options", "different",
     "app.conf.broker_transport_options = {'socket_timeout': 3}\n"),
    ("broker_use_ssl", "different", "app.conf.broker_use_ssl = True\n"),
    ("result_backend", "different", "app.conf.result_backend = 'redis://127.0.0.1:9/1'\n"),
    ("DATABASES", "refused",
     "from django.conf import settings\n"
     "settings.configure(DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3'}})\n"),
    ("__call__", "refused",
     "class Own(Task):\n    def __call__(self, *a, **k): return self.run(*a, **k)\n"
     "@app.task(base=Own, bind=True, name='t')\ndef t(self): pass\n"),
    ("Request", "refused",
     "from celery.worker.request import Request\nclass Mine(Request): pass\n"
     "class Own(Task):\n    Request = Mine\n"
     "@app.task(base=Own, bind=True, name='t')\ndef t(self): pass\n"),
    ("bind", "different", "@app.task(name='t')\ndef t(x): pass\n"),
    ("acks_late", "refused",
     "@app.task(bind=True, acks_late=False, name='t')\ndef t(self): pass\n"),
    ("ignore_result", "different",
     "@app.task(bind=True, ignore_result=True, name='t')\ndef t(self): pass\n"),
    ("replace", "refused", TASK.format("raise self.replace(t.s(1))")),
    ("retry", "refused", TASK.format("raise self.retry(args=(2,), countdown=3)")),
    ("add_to_chord", "refused", TASK.format("self.add_to_chord(t.s(1))")),
    ("send", "different", TASK.format("t.delay(1)")),
    ("get", "refused", TASK.format("return t.delay(1).get()")),
    ("starmap", "refused", TASK.format("pass") + "def go(): t.starmap([(1,)]).delay()\n"),
    ("chunks", "refused", TASK.format("pass") + "def go(): t.chunks([(1,)], 1).delay()\n"),
    ("delay_on_commit", "refused", TASK.format("pass") + "def go(): t.delay_on_commit(1)\n"),
    ("apply_async_on_commit", "refused",
     TASK.format("pass") + "def go(): t.apply_async_on_commit((1,))\n"),
    ("link_error", "different",
     TASK.format("pass") + "def go(): t.apply_async(link_error=t.s().set(countdown=5))\n"),
    ("forget", "refused", TASK.format("pass") + "def go(): app.AsyncResult('x').forget()\n"),
    ("chord", "refused", TASK.format("pass") + "def go(): chord([t.s(1)], t.s()).delay()\n"),
]  # fmt: skip

CLEAN = """
@app.task(bind=True, max_retries=3, name="clean")
def clean(self, x):
    try:
        return {"x": x}
    except OSError as error:
        raise self.retry(exc=error, countdown=5)


def route():
    "x".replace("x", "y")
    {}.get("x")
    return clean.delay(1)
"""


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command where an application is."""
    program = "from task_ledger.cli.main import app; app()"
    return subprocess.run(
        [sys.executable, "-c", program, "adopt", "check", *arguments], cwd=folder,
        env={**os.environ, "PYTHONPATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def write(folder: Path, code: str, name: str = "shop") -> None:
    (folder / f"{name}.py").write_text(HEAD + dedent(code), encoding="utf-8")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The report of each case's application, all of them from one process."""
    folder = tmp_path_factory.mktemp("applications")
    for number, (_, _, code) in enumerate(CASES):
        own = folder / str(number)
        own.mkdir()
        write(own, code, f"shop{number}")
    program = dedent("""
        import os, sys
        import task_ledger.cli.adoption.calls, task_ledger.cli.adoption.tasks
        import celery.contrib.testing.app, celery.fixups.django, celery.loaders.app
        from task_ledger.cli.main import app
        for number in range(int(sys.argv[1])):
            child = os.fork()  # Celery gives an application the tasks of all others
            if not child:
                os.chdir(str(number))
                app(["adopt", "check", f"shop{number}:app", "--json"])
            os.waitpid(child, 0)
    """)
    done = subprocess.run(
        [sys.executable, "-c", program, str(len(CASES))], cwd=folder, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {report["application"]: report for report in found}


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case[0] for case in CASES])
def test_each_difference_is_named_by_file_and_line(reports: dict[str, Any], number: int) -> None:
    rule, effect, code = CASES[number]
    findings = reports[f"shop{number}:app"]["findings"]
    (finding,) = [one for one in findings if one["rule"] == rule]
    assert (finding["effect"], finding["file"]) == (effect, f"shop{number}.py")
    lines = (HEAD + code).splitlines()
    assert finding["line"] > 2, lines
    assert finding["advice"]
    others = {one["rule"] for one in findings} - {rule}
    assert others <= {"get": {"send"}}.get(rule, set())


def test_a_clean_application_passes(tmp_path: Path) -> None:
    write(tmp_path, CLEAN)
    done = check(tmp_path, "shop:app")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 tasks: no findings" in done.stdout


def test_a_finding_is_status_1_and_shown_in_a_table(tmp_path: Path) -> None:
    write(tmp_path, TASK.format("raise self.replace(t.s(1))"))
    done = check(tmp_path, "shop")
    assert done.returncode == 1
    assert "shop.py:6" in done.stdout
    assert "cannot be replaced" in done.stdout


def test_what_a_rule_finds_in_a_file_is_one_row(tmp_path: Path) -> None:
    plain = "@app.task(name='{0}')\ndef {0}(x): pass\n"
    write(tmp_path, plain.format("one") + plain.format("two"))
    done = check(tmp_path, "shop:app")
    assert "shop.py:3, 5" in done.stdout
    assert done.stdout.count("does not take self") == 1
    lines = [
        one["line"] for one in json.loads(check(tmp_path, "shop:app", "--json").stdout)["findings"]
    ]
    assert lines == [3, 5]


@pytest.mark.parametrize(
    "engine", ["django.contrib.gis.db.backends.postgis", "prometheus.postgresql"]
)
def test_a_django_project_on_postgresql_passes(tmp_path: Path, engine: str) -> None:
    settings = f"settings.configure(DATABASES={{'default': {{'ENGINE': '{engine}'}}}})\n"
    write(tmp_path, "from django.conf import settings\n" + settings)
    assert check(tmp_path, "shop:app").returncode == 0


@pytest.mark.parametrize(
    ("named", "said"), [("nothing:app", "cannot be imported"), ("shop:HEAD", "not a Celery app")]
)
def test_what_is_no_application_is_said(tmp_path: Path, named: str, said: str) -> None:
    write(tmp_path, "")
    done = check(tmp_path, named)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
