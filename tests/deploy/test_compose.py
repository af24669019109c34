"""compose.yaml is valid by the Compose specification, and limits every container."""

import re
from typing import Any, Final

import pytest
import yaml
from compose_spec import PyCompose

from tests.task_ledger.local.children import REPOSITORY

# Merge keys are YAML's, and are resolved before the specification applies.
COMPOSE: Final[dict[str, Any]] = yaml.safe_load(
    (REPOSITORY / "deploy" / "compose.yaml").read_text()
)
ONE_SHOT: Final = {"migrate", "logins"}


def parsed(document: dict[str, Any]) -> PyCompose:
    """A document with the defaults of its variables."""
    text = re.sub(r"\$\{\w+:-(.*?)\}", r"\1", yaml.safe_dump(document))
    return PyCompose.from_yaml(text)


def test_it_follows_the_specification() -> None:
    assert set(parsed(COMPOSE).service_names()) == set(COMPOSE["services"])


def test_a_key_that_compose_does_not_know_is_found() -> None:
    api = {**COMPOSE["services"]["api"], "healtcheck": {}}
    with pytest.raises(ValueError, match="healtcheck"):
        parsed({"services": {"api": api}})


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_container_may_not_use_up_the_host(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["pids_limit"] == 512
    assert service["mem_limit"]


def test_valkey_refuses_messages_before_its_container_runs_out_of_memory() -> None:
    valkey = COMPOSE["services"]["valkey"]
    assert valkey["mem_limit"] == "${SERVICE_MEMORY:-1g}"
    most = re.search(r"\bmaxmemory \$\{VALKEY_MAXMEMORY:-(\d+)mb\}", valkey["command"][-1])
    assert most is not None
    assert int(most[1]) < 0.75 * 1024


@pytest.mark.parametrize("name", sorted(set(COMPOSE["services"]) - ONE_SHOT))
def test_a_service_has_a_health_check(name: str) -> None:
    assert COMPOSE["services"][name]["healthcheck"]["test"]
