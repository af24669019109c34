"""The Helm chart is accepted by Helm and by Kubernetes' schemas, and its pods are confined.

Helm's own SDK lints and renders it; no cluster is asked.
"""

import json
import re
import tomllib
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest
import yaml

from task_ledger.cli.commands import COMMANDS
from task_ledger.ops.settings import Settings
from task_ledger.projector import database
from task_ledger.sealer import postgres
from tests.deploy.test_http_probes import PATIENCE_S
from tests.deploy.test_http_probes import PROBES as HTTP_PROBES
from tests.task_ledger.local.children import REPOSITORY

helm: Any = pytest.importorskip("helm_python", reason="its wheels are for Linux on x86-64")
kubernetes: Any = pytest.importorskip("kubernetes_validate")

CHART: Final = REPOSITORY / "deploy" / "helm" / "task-ledger"
VERSIONS: Final = ("1.30", "1.34", "1.37")
EVERYTHING: Final = {
    "workers": {"app": "shop.tasks"},
    "notifier": {"enabled": True},
    "sealer": {"enabled": True, "existingClaim": "seal"},
    "metrics": {"enabled": True},
    "beat": {"enabled": True},
    "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "networkPolicy": {"enabled": True},
    "files": {"existingClaim": "files"},
    "settings": {"TASK_LEDGER_PLUGINS": "shop.plugin:plugin"},
}
PROCESSES: Final = {
    "api", "beat", "metrics", "notifier", "projector", "sealer", "worker-default",
}  # fmt: skip


def rendered(values: dict[str, Any]) -> list[dict[str, Any]]:
    """What Helm would apply."""
    with helm.Chart.load(CHART) as chart:
        files = chart.render(values, name="ledger", namespace="production")
    texts = [text for name, text in files.items() if name.endswith(".yaml")]
    return [each for text in texts for each in yaml.safe_load_all(text) if each]


ALL: Final = rendered(EVERYTHING)
DEPLOYMENTS: Final = {
    each["metadata"]["labels"]["app.kubernetes.io/component"]: each
    for each in ALL
    if each["kind"] == "Deployment"
}
PODS: Final = {
    **{name: each["spec"]["template"]["spec"] for name, each in DEPLOYMENTS.items()},
    "migrate": next(e for e in ALL if e["kind"] == "Job")["spec"]["template"]["spec"],
}


@pytest.mark.parametrize("values", [{}, EVERYTHING], ids=["defaults", "everything"])
def test_helm_finds_nothing_wrong(values: dict[str, Any]) -> None:
    report = helm.lint(CHART, values, strict=True)
    assert report["errors"] == []
    assert [each["error"] for each in report["messages"]] == ["icon is recommended"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("values", [{}, EVERYTHING], ids=["defaults", "everything"])
def test_kubernetes_knows_every_field(values: dict[str, Any], version: str) -> None:
    objects = rendered(values)
    # That is the Prometheus Operator's own, checked below.
    checked = [each for each in objects if each["kind"] != "ServiceMonitor"]
    assert len(checked) >= 7
    for each in checked:
        kubernetes.validate(each, version, strict=True)


def test_a_field_that_kubernetes_does_not_know_is_found() -> None:
    wrong = {**DEPLOYMENTS["api"], "spec": {**DEPLOYMENTS["api"]["spec"], "replica": 2}}
    with pytest.raises(kubernetes.ValidationError):
        kubernetes.validate(wrong, "1.37", strict=True)


SERVICE_MONITOR: Final = json.loads(
    (Path(__file__).with_name("schemas") / "service_monitor.json").read_text(encoding="utf-8")
)
"""The Prometheus Operator's schema, which no registry has as a file; closed to unknown fields."""


@pytest.mark.parametrize(
    "values",
    [
        EVERYTHING,
        {
            "serviceMonitor": {
                "enabled": True,
                "authorization": {"credentials": {"name": "metrics", "key": "token"}},
            }
        },
    ],
    ids=["of metrics", "of the api"],
)
def test_the_prometheus_operator_knows_every_field(values: dict[str, Any]) -> None:
    (monitor,) = (each for each in rendered(values) if each["kind"] == "ServiceMonitor")
    jsonschema.validate(monitor, SERVICE_MONITOR)
    (endpoint,) = monitor["spec"]["endpoints"]
    for wrong in ({"intervall": "30s"}, {"interval": "30 s"}):
        monitor["spec"]["endpoints"] = [endpoint | wrong]
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(monitor, SERVICE_MONITOR)


def test_every_process_can_be_run() -> None:
    assert set(DEPLOYMENTS) == PROCESSES
    known = {each.name for each in COMMANDS}
    for pod in PODS.values():
        program, command = pod["containers"][0]["command"][:2]
        assert (program == "celery" and command == "--app") or command in known


@pytest.mark.parametrize("name", PODS)
def test_a_pod_is_confined(name: str) -> None:
    pod = PODS[name]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    (container,) = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert set(container["resources"]["requests"]) == {"cpu", "memory"}
    assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_process_is_probed_spread_and_evicted_one_at_a_time(name: str) -> None:
    pod = PODS[name]
    (container,) = pod["containers"]
    probes = [container["livenessProbe"], container["readinessProbe"]]
    if name in HTTP_PROBES:
        assert {probe["httpGet"]["path"] for probe in probes} == {HTTP_PROBES[name]}
        assert {probe["timeoutSeconds"] for probe in probes} == {PATIENCE_S}
    else:
        assert all(probe["exec"]["command"][:3] == ["task-ledger", "alive", "process"]
                   for probe in probes)  # fmt: skip
        environment = {each["name"]: each["value"] for each in container["env"]}
        mounts = {each["mountPath"] for each in container["volumeMounts"]}
        assert environment["TASK_LEDGER_HEARTBEAT_DIR"] == "/tmp/heartbeat"
        assert "/tmp" in mounts
    keys = {each["topologyKey"] for each in pod["topologySpreadConstraints"]}
    assert keys == {"topology.kubernetes.io/zone", "kubernetes.io/hostname"}
    selector = DEPLOYMENTS[name]["spec"]["selector"]
    budgets = [
        each["spec"]
        for each in ALL
        if each["kind"] == "PodDisruptionBudget" and each["spec"]["selector"] == selector
    ]
    assert [budget["maxUnavailable"] for budget in budgets] == [1]


def test_a_pod_may_take_as_long_to_end_as_its_systemd_unit() -> None:
    units = REPOSITORY / "deploy" / "systemd"
    for name, pod in PODS.items():
        unit = units / f"task-ledger-{'worker@' if name.startswith('worker') else name}.service"
        if unit.exists():
            stop = re.search(r"TimeoutStopSec=(\d+)", unit.read_text())
            assert stop is not None
            assert pod["terminationGracePeriodSeconds"] >= int(stop[1]), name


def test_each_process_gets_its_own_secret_and_only_settings_that_exist() -> None:
    named = {
        name: [each["secretRef"]["name"] for each in pod["containers"][0]["envFrom"][-1:]]
        for name, pod in PODS.items()
    }
    assert named["migrate"] == ["task-ledger-migrate"]
    assert [n for n, secrets in named.items() if secrets == ["task-ledger-migrate"]] == ["migrate"]
    known = {f"TASK_LEDGER_{name.upper()}" for name in Settings.model_fields}
    used = {each["name"] for pod in PODS.values() for each in pod["containers"][0].get("env", ())}
    assert used <= known


def test_the_migration_runs_before_every_release() -> None:
    job = next(each for each in ALL if each["kind"] == "Job")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    # A hook runs before the chart's own objects are there.
    assert "configMapRef" not in str(job)
    environment = {each["name"]: each["value"] for each in PODS["migrate"]["containers"][0]["env"]}
    assert environment == EVERYTHING["settings"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"workers": {"groups": {"default": {"queues": []}}}},
        {"settings": {"TASK_LEDGER_DATABASE_URL": "postgresql://user:secret@db/ledger"}},
        {"image": {"digest": "latest"}},
        {"projecter": {"enabled": True}},
        {"runAsUser": 0},
    ],
)
def test_values_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with helm.Chart.load(CHART) as chart, pytest.raises(helm.HelmError):
        chart.validate_schema(wrong)


def test_a_sealer_without_its_state_is_refused() -> None:
    with pytest.raises(helm.HelmError, match=r"sealer\.existingClaim"):
        rendered({"sealer": {"enabled": True}})


def test_a_process_can_be_scaled_to_nothing() -> None:
    groups = {"default": {"replicas": 0}}
    objects = rendered({"workers": {"app": "shop.tasks", "groups": groups}})
    (worker,) = [e for e in objects if e["metadata"]["name"].endswith("worker-default")
                 and e["kind"] == "Deployment"]  # fmt: skip
    assert worker["spec"]["replicas"] == 0


def test_a_large_number_stays_a_whole_number() -> None:
    settings = {"TASK_LEDGER_MAX_UPLOAD_BYTES": 209715200, "TASK_LEDGER_SEAL_EVERY_S": 0.5}
    objects = rendered({"settings": settings, "runAsUser": 1000650000})
    wanted = {"TASK_LEDGER_MAX_UPLOAD_BYTES": "209715200", "TASK_LEDGER_SEAL_EVERY_S": "0.5"}
    assert next(each["data"] for each in objects if each["kind"] == "ConfigMap") == wanted
    pod = next(e for e in objects if e["kind"] == "Job")["spec"]["template"]["spec"]
    environment = {each["name"]: each["value"] for each in pod["containers"][0]["env"]}
    assert environment == wanted
    assert repr(pod["securityContext"]["runAsUser"]) == "1000650000"


def test_the_migration_runs_where_the_processes_may_run() -> None:
    where = {
        "nodeSelector": {"pool": "ledger"},
        "tolerations": [{"key": "ledger", "operator": "Exists"}],
    }
    for each in rendered(where):
        if each["kind"] in {"Job", "Deployment"}:
            pod = each["spec"]["template"]["spec"]
            assert {name: pod[name] for name in where} == where


@pytest.mark.parametrize("name", PODS)
def test_a_pod_starts_in_a_folder_of_its_own(name: str) -> None:
    dockerfile = (REPOSITORY / "deploy" / "Dockerfile").read_text()
    folder = re.findall(r"^WORKDIR (.+)$", dockerfile, re.M)[-1]
    mounts = PODS[name]["containers"][0]["volumeMounts"]
    assert folder in {each["mountPath"] for each in mounts}


def test_prometheus_asks_the_api_with_a_token() -> None:
    with pytest.raises(helm.HelmError, match=r"serviceMonitor\.authorization"):
        rendered({"serviceMonitor": {"enabled": True}})
    authorization = {"credentials": {"name": "prometheus", "key": "token"}}
    monitor = {"enabled": True, "authorization": authorization}
    objects = rendered({"serviceMonitor": monitor})
    (endpoint,) = next(e for e in objects if e["kind"] == "ServiceMonitor")["spec"]["endpoints"]
    assert endpoint["authorization"] == authorization


def test_a_probe_is_more_patient_than_a_statement() -> None:
    for name, pod in PODS.items():
        command = pod["containers"][0].get("livenessProbe", {}).get("exec", {}).get("command")
        if command is not None:
            statement_s = {"sealer": postgres.ANSWER_S}.get(name, database.ANSWER_S)
            assert int(command[command.index("--within") + 1]) > statement_s


def test_an_api_without_its_broker_keeps_its_pods() -> None:
    probe = PODS["api"]["containers"][0]["readinessProbe"]
    assert probe["httpGet"]["path"] == "/healthz"


def test_the_chart_is_of_this_version() -> None:
    version = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"]
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert (chart["version"], chart["appVersion"]) == (version, version)
