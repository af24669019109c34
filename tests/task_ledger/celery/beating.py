"""The application under test with a beat schedule."""

from tests.task_ledger.celery.steps import app

STEPS = "tests.task_ledger.celery.steps"

app.conf.update(
    beat_max_loop_interval=0.2,
    beat_schedule={
        "often": {"task": f"{STEPS}.add", "schedule": 1.0, "args": (1, 2)},
        "untracked": {"task": f"{STEPS}.tell_result", "schedule": 1.0, "args": ("by beat",)},
    },
)
