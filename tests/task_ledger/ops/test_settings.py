"""Settings come from the environment, never show a password, and say what is missing."""

import pytest
from psycopg.conninfo import conninfo_to_dict
from pydantic import ValidationError

from task_ledger.ops.settings import MissingSetting, Role, Settings, with_role

LOGIN = "postgresql://ledger:s3cret@db.example:5433/ledger"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(f"TASK_LEDGER_{field.upper()}", raising=False)
    for name in ("HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)


def test_every_service_connects_with_the_login_and_takes_its_own_role(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TASK_LEDGER_DATABASE_URL", LOGIN)
    roles: list[Role] = [
        *("owner", "api", "worker", "projector", "auditor", "sealer", "eraser", "notifier")
    ]
    for role in roles:
        parsed = conninfo_to_dict(Settings().url_for(role))
        assert parsed["options"] == f"-c role=task_ledger_{role}"
        assert parsed["user"] == "ledger"
        assert parsed["password"] == "s3cret"
        assert parsed["host"] == "db.example"
        assert parsed["dbname"] == "ledger"


def test_a_login_of_its_own_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASK_LEDGER_DATABASE_URL", LOGIN)
    monkeypatch.setenv("TASK_LEDGER_WORKER_DATABASE_URL", "postgresql://w:p@db.example/ledger")
    assert Settings().url_for("worker") == "postgresql://w:p@db.example/ledger"


def test_the_migrating_login_takes_no_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASK_LEDGER_DATABASE_URL", LOGIN.replace("postgresql", "postgres"))
    assert Settings().login_url() == LOGIN


def test_options_of_the_address_are_kept_and_its_role_is_overruled() -> None:
    url = LOGIN + "?sslmode=require&options=-c%20role%3Dother%20-c%20jit%3Doff"
    parsed = conninfo_to_dict(with_role(url, "task_ledger_api"))
    assert parsed["options"] == "-c role=other -c jit=off -c role=task_ledger_api"
    assert parsed["sslmode"] == "require"


def test_a_missing_address_says_which_variable_to_set() -> None:
    with pytest.raises(MissingSetting, match="TASK_LEDGER_DATABASE_URL is not set") as caught:
        Settings().url_for("api")
    assert caught.value.variable == "TASK_LEDGER_DATABASE_URL"
    with pytest.raises(MissingSetting, match="TASK_LEDGER_BROKER_URL is not set"):
        Settings().broker()


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASK_LEDGER_DATABASE_URL", "")
    with pytest.raises(MissingSetting):
        Settings().login_url()


def test_no_password_shows_in_text_or_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASK_LEDGER_DATABASE_URL", LOGIN)
    monkeypatch.setenv("TASK_LEDGER_BROKER_URL", "redis://:s3cret@db.example:6379/0")
    settings = Settings()
    assert settings.broker() == "redis://:s3cret@db.example:6379/0"
    assert "s3cret" not in repr(settings)
    assert "s3cret" not in str(settings.model_dump())
    assert "s3cret" not in settings.model_dump_json()
    monkeypatch.setenv("TASK_LEDGER_BROKER_URL", "http://:s3cret@db.example")
    with pytest.raises(ValidationError, match="must be a redis:// or amqp:// address") as caught:
        Settings()
    assert "s3cret" not in str(caught.value)


def test_another_kind_of_database_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASK_LEDGER_DATABASE_URL", "sqlite:///ledger.db")
    with pytest.raises(ValidationError, match="must be a postgresql:// address"):
        Settings()


def test_plain_host_and_port_are_read_and_the_prefixed_ones_win(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (Settings().host, Settings().port) == ("127.0.0.1", 8000)
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PORT", "9001")
    assert (Settings().host, Settings().port) == ("0.0.0.0", 9001)
    monkeypatch.setenv("TASK_LEDGER_PORT", "9002")
    assert Settings().port == 9002


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "70000"),
        ("TASK_LEDGER_POOL_MAX_SIZE", "0"),
        ("TASK_LEDGER_TRUSTED_PROXIES", "10.0.0.0/8,proxy"),
        ("TASK_LEDGER_TRACES", "perhaps"),
        ("TASK_LEDGER_TRACE_URL", "https://jaeger.example/trace/"),
        ("TASK_LEDGER_TRACE_URL", "javascript:alert('{trace_id}')"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
