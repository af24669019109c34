"""The code of docs/how-to/django.md runs, and does what the page says."""

import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.core.checks import run_checks
from django.test.utils import override_settings
from django.utils.module_loading import import_string

from task_ledger.django import conf
from tests.task_ledger.django.conftest import Ledger
from tests.task_ledger.django.shop import models

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "django.md"
TEXT = PAGE.read_text(encoding="utf-8")
SETTINGS, APPLICATION, TASKS, BACKEND = re.findall(
    r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL
)


def test_its_settings_pass_the_checks(ledger: Ledger) -> None:
    told: dict[str, Any] = {}
    exec(SETTINGS + BACKEND, told)
    assert "task_ledger.django" in told["INSTALLED_APPS"]
    with override_settings(
        TASK_LEDGER=told["TASK_LEDGER"], MIDDLEWARE=told["MIDDLEWARE"], TASKS=told["TASKS"]
    ):
        found = [each.id for each in run_checks() if str(each.id).startswith("task_ledger")]
    assert found == []
    assert import_string(told["TASKS"]["default"]["BACKEND"])("default", {}).supports_defer


def test_its_table_names_every_key_of_its_own() -> None:
    assert set(re.findall(r"^\| `([A-Z]+)` \|", TEXT, re.MULTILINE)) == conf.OWN


def test_its_task_charges_the_order_that_its_function_places(
    run: Any, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "shop", models)
    monkeypatch.setitem(sys.modules, "shop.models", models)
    told: dict[str, Any] = {"__name__": "shop.tasks"}
    exec(APPLICATION.replace('("shop")', '("shop", set_as_current=False)'), told)
    told["app"].conf.broker_url = "memory://"
    exec(TASKS, told)
    with told["acting_as"]("jane"):
        task_id = UUID(told["place_order"]("4712"))
    order = models.Order.objects.get(label="4712")
    assert ledger.record(task_id).entity == {"type": "shop.order", "id": str(order.pk)}
    before = len(ledger.sent())
    run(told["charge"], SimpleNamespace(task_id=task_id), order.pk)
    order.refresh_from_db()
    assert (order.state, ledger.record(task_id).result) == ("paid", order.pk)
    assert len(ledger.sent()) == before + 1
    assert models.Order.objects.filter(label="4711").exists()
