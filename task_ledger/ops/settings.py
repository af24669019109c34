"""The settings of Task Ledger's processes: addresses of servers, and limits.

Every value comes from an environment variable named ``TASK_LEDGER_<FIELD>``; ``HOST`` and
``PORT`` are read as well. A field's description says what the value means.
"""

import re
from ipaddress import ip_network
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from task_ledger.ops.environment import FROM_ENVIRONMENT
from task_ledger.ops.postgres_url import libpq, with_role
from task_ledger.ops.roles import DEFAULT_PREFIX, PREFIX_RULE, Role, group_role, is_prefix

__all__ = ["MissingSetting", "Role", "Settings", "SettingsError", "with_role"]

_POSTGRES_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
_BROKER_SCHEMES = ("redis", "rediss", "valkey", "valkeys", "amqp", "amqps", "pyamqp")

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")


class SettingsError(Exception):
    """A required setting is missing, or a setting is invalid."""


class MissingSetting(SettingsError):
    """A required environment variable is not set. ``variable`` is its name."""

    def __init__(self, variable: str, meaning: str) -> None:
        self.variable = variable
        super().__init__(
            f"{variable} is not set ({meaning}). Set it in the environment, or run "
            "`task-ledger up`, which starts its own servers and sets it."
        )


class Settings(BaseSettings):
    """The settings of one process, read from the environment on creation.

    Values that may hold a password are ``SecretStr``: they show as ``**********``. An empty
    variable counts as unset. Raises ``pydantic.ValidationError`` for an invalid value; its text
    names the field but never the value.
    """

    model_config = FROM_ENVIRONMENT

    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL 16 to 18, as postgresql://user:password@host:port/name. This "
        "login runs migrations and must be a member of the eight task_ledger_* roles.",
    )
    api_database_url: SecretStr | None = Field(
        default=None,
        description="Separate login for the API. Default: database_url with the role "
        "task_ledger_api.",
    )
    api_pooled: bool = Field(
        default=False,
        description="True if the API's address is that of a pooler in transaction mode, such as "
        "PgBouncer; needs api_database_url.",
    )
    api_replica_url: SecretStr | None = Field(
        default=None,
        description="A read replica, which answers the API's lists, timelines and exports while "
        "it can. Default: the API's database answers everything.",
    )
    api_replica_max_lag_s: float = Field(
        default=30.0,
        gt=0,
        description="The replica is passed over while it is more seconds behind than that.",
    )
    worker_database_url: SecretStr | None = Field(
        default=None,
        description="Separate login for workers. Default: database_url with the role "
        "task_ledger_worker.",
    )
    projector_database_url: SecretStr | None = Field(
        default=None,
        description="Separate login for the projector, relay and reconciler. Default: "
        "database_url with the role task_ledger_projector.",
    )
    auditor_database_url: SecretStr | None = Field(
        default=None,
        description="Separate login for verify and export. Default: database_url with the role "
        "task_ledger_auditor.",
    )
    sealer_database_url: SecretStr | None = Field(
        default=None,
        description="Separate login for the sealer. Default: database_url with the role "
        "task_ledger_sealer.",
    )
    eraser_database_url: SecretStr | None = Field(
        default=None,
        description="Separate login for `task-ledger erase`. Default: database_url with the role "
        "task_ledger_eraser.",
    )
    notifier_database_url: SecretStr | None = Field(
        default=None,
        description="Separate login for the notifier. Default: database_url with the role "
        "task_ledger_notifier.",
    )
    role_prefix: str = Field(
        default=DEFAULT_PREFIX,
        description="Prefix of the names of the eight roles: lower-case letters, digits and _. "
        "Roles belong to a whole server: two ledgers on one server that must not read each other "
        "need different prefixes, set before the first migrate.",
    )
    broker_url: SecretStr | None = Field(
        default=None,
        description="Celery's broker: redis://… for Valkey or Redis, amqp://… for RabbitMQ.",
    )
    var_dir: Path = Field(
        default=Path("var"),
        description="Folder for local state: the embedded servers' data, logs and tokens.",
    )
    heartbeat_dir: Path | None = Field(
        default=None,
        description="Folder of one process alone, in which each of its parts leaves a file at "
        "every step, for `task-ledger alive process`. Default: no files.",
    )
    host: str = Field(
        default="127.0.0.1",
        validation_alias=AliasChoices("TASK_LEDGER_HOST", "HOST"),
        description="Address that the API listens on. HOST is read too.",
    )
    port: int = Field(
        default=8000,
        ge=1,
        le=65535,
        validation_alias=AliasChoices("TASK_LEDGER_PORT", "PORT"),
        description="Port that the API listens on. PORT is read too.",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="Proxies whose X-Forwarded-Proto and X-Forwarded-For headers the API trusts: "
        "comma-separated addresses or networks; * for all.",
    )
    cors_origins: str | None = Field(
        default=None,
        description="Origins whose pages may call the API with a token, as scheme://host:port, "
        "comma-separated. Default: only its own.",
    )
    pool_min_size: int = Field(
        default=1, ge=0, description="Minimum number of open database connections per process."
    )
    pool_max_size: int = Field(
        default=10, ge=1, description="Maximum number of database connections per process."
    )
    pool_timeout_s: float = Field(
        default=5.0,
        gt=0,
        description="Seconds to wait for a free database connection before giving up.",
    )

    plugins: str | None = Field(
        default=None,
        description="Plug-ins that extend the ledger's processes, as comma-separated "
        "module:attribute paths.",
    )
    seal_dir: Path | None = Field(
        default=None,
        description="Folder with the sealer's state, which the API reads to serve seals. "
        "Default: seal in var_dir.",
    )
    seal_key_file: Path | None = Field(
        default=None,
        description="File with the sealer's signing keys. Default: seal.key in seal_dir.",
    )
    seal_publish_url: str | None = Field(
        default=None,
        description="Where the sealed log is published: a folder or an fsspec URL. Default: "
        "published in seal_dir.",
    )
    seal_witnesses: str | None = Field(
        default=None,
        description="Comma-separated witnesses that cosign checkpoints, each an address, a space "
        "and a verifier key.",
    )
    seal_every_s: float = Field(
        default=10.0, gt=0, description="How often the sealer looks for new events, in seconds."
    )
    notify_networks: str | None = Field(
        default=None,
        description="Inside networks that notifications may be sent to, comma-separated, as in "
        "10.1.2.0/24. Default: only public addresses.",
    )
    notify_timeout_s: float = Field(
        default=15.0,
        gt=0,
        le=25,
        description="Seconds after which a receiver that has not accepted a notification has "
        "failed.",
    )
    smtp_url: SecretStr | None = Field(
        default=None,
        description="Mail server for notifications: smtp://user:password@host:587, which uses "
        "STARTTLS if offered, or smtps://…. The password is only sent over TLS.",
    )
    smtp_from: str | None = Field(
        default=None, description="Address that notifications are mailed from."
    )
    page_url: str | None = Field(
        default=None,
        description="Public address of the page, for links in notifications.",
    )
    traces: bool = Field(
        default=False,
        description="True to record OpenTelemetry spans, in this process. Read in applications and "
        "workers too; the spans go where OTEL_EXPORTER_OTLP_ENDPOINT says.",
    )
    trace_url: str | None = Field(
        default=None,
        description="Where the page links to for a task's trace: an http(s) address with "
        "{trace_id} in it.",
    )
    archive_url: str | None = Field(
        default=None,
        description="Where retired months are archived: a folder or an fsspec URL. Default: "
        "archive in var_dir.",
    )
    keep_months: int | None = Field(
        default=None,
        ge=1,
        description="Number of months that stay in the database; the projector's part months "
        "retires older ones, with database_url. Default: none is retired.",
    )
    retire_unsealed: bool = Field(
        default=False,
        description="True if the part months may retire months without a sealed log.",
    )
    rollup_days: int = Field(
        default=400,
        ge=31,
        description="Days for which hourly rollups, which charts show, are kept.",
    )
    redispatch_after_s: float = Field(
        default=300.0,
        gt=0,
        description="Seconds after which a due attempt that no worker has claimed is dispatched "
        "a second time; it is dispatched a third time after another four times as long.",
    )
    keep_failed_messages_days: float = Field(
        default=7.0,
        ge=0,
        le=400,
        description="For how many days the message of a task that failed or was cancelled is kept, "
        "so that it can be run again. The message has the task's arguments.",
    )
    keep_succeeded_messages_days: float = Field(
        default=0.0,
        ge=0,
        le=400,
        description="The same for tasks that succeeded.",
    )

    @field_validator(
        "database_url",
        "api_database_url",
        "api_replica_url",
        "worker_database_url",
        "projector_database_url",
        "auditor_database_url",
        "sealer_database_url",
        "eraser_database_url",
        "notifier_database_url",
    )
    @classmethod
    def _is_postgres(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _check_scheme(value, _POSTGRES_SCHEMES, "a postgresql:// address")
        return value

    @field_validator("role_prefix")
    @classmethod
    def _is_role_prefix(cls, value: str) -> str:
        if not is_prefix(value):
            raise ValueError(PREFIX_RULE)
        return value

    @field_validator("broker_url")
    @classmethod
    def _is_broker(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _check_scheme(value, _BROKER_SCHEMES, "a redis:// or amqp:// address")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _names_proxies(cls, value: str) -> str:
        for proxy in value.split(","):
            if value.strip() != "*":
                ip_network(proxy.strip(), strict=False)
        return value

    @field_validator("notify_networks")
    @classmethod
    def _names_networks(cls, value: str | None) -> str | None:
        for network in (value or "").split(","):
            if network.strip():
                ip_network(network.strip())
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _check_scheme(value, ("smtp", "smtps"), "an smtp:// or smtps:// address")
        return value

    @field_validator("trace_url")
    @classmethod
    def _has_place_for_id(cls, value: str | None) -> str | None:
        if value is not None:
            if value.partition("://")[0] not in ("http", "https"):
                raise ValueError("must be an http:// or https:// address")
            if "{trace_id}" not in value:
                raise ValueError("must contain {trace_id}")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: str | None) -> str | None:
        for origin in (value or "").split(","):
            if value is not None and _ORIGIN.fullmatch(origin.strip()) is None:
                raise ValueError("must be origins such as https://app.example, without a path")
        return value

    def allowed_origins(self) -> list[str]:
        """The origins of `cors_origins`."""
        return [each.strip() for each in (self.cors_origins or "").split(",") if each.strip()]

    def url_for(self, role: Role) -> str:
        """The libpq URL for connections that act as ``role``.

        Args:
            role: ``owner``, ``api``, ``worker``, ``projector``, ``auditor``, ``sealer``,
                ``eraser`` or ``notifier``. If ``<role>_database_url`` is set, it is returned;
                otherwise ``database_url`` with the option to ``SET ROLE <role_prefix>_<role>`` on
                connecting.

        Returns:
            ``postgresql://…``, including the password: do not log it.

        Raises:
            MissingSetting: neither address is set.
        """
        own: SecretStr | None = None
        if role != "owner":
            own = getattr(self, f"{role}_database_url")
        if own is not None:
            return libpq(own.get_secret_value())
        return with_role(self.login_url(), group_role(role, self.role_prefix))

    def replica_url(self) -> str | None:
        """The libpq URL for the API's connections to its read replica; None if there is none.

        It acts as the API's role, like `url_for("api")`: a replica has the primary's logins and
        roles.
        """
        if self.api_replica_url is None:
            return None
        url = libpq(self.api_replica_url.get_secret_value())
        if self.api_database_url is not None:
            return url
        return with_role(url, group_role("api", self.role_prefix))

    def login_url(self) -> str:
        """The libpq form of ``database_url`` without a role: for migrations.

        Raises:
            MissingSetting: ``TASK_LEDGER_DATABASE_URL`` is not set.
        """
        if self.database_url is None:
            raise MissingSetting("TASK_LEDGER_DATABASE_URL", "the ledger's PostgreSQL database")
        return libpq(self.database_url.get_secret_value())

    def broker(self) -> str:
        """Celery's broker URL, including the password: do not log it.

        Raises:
            MissingSetting: ``TASK_LEDGER_BROKER_URL`` is not set.
        """
        if self.broker_url is None:
            raise MissingSetting("TASK_LEDGER_BROKER_URL", "the message broker for Celery")
        return self.broker_url.get_secret_value()


def _check_scheme(value: SecretStr, schemes: tuple[str, ...], wanted: str) -> None:
    if value.get_secret_value().partition("://")[0] not in schemes:
        raise ValueError(f"must be {wanted}")
