"""RabbitMQ for tests: a node of the run's own on loopback, out of an installed rabbitmq-server.

Debian's service of the same name has nothing to do with it: node name, cookie, ports, data and
even the port mapper are its own, and all of it ends with this process.
"""

import base64
import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import amqp
import httpx2

from task_ledger.local.embedded import StopMode
from task_ledger.local.embedded.folder import HOST, port_is_free
from task_ledger.local.embedded.identity import choose
from task_ledger.local.embedded.process import ServerProcess
from tests.servers import NO_TLS

USER: Final = "ledger"
START_S: Final = 120.0

_SIGNALS: Final[dict[StopMode, signal.Signals]] = {
    "fast": signal.SIGTERM,
    "immediate": signal.SIGKILL,
}

# Debian's /usr/sbin/rabbitmq-server is a wrapper that becomes the service's user.
_PROGRAMS: Final = ("/usr/lib/rabbitmq/bin/rabbitmq-server", "rabbitmq-server")

_CONFIGURATION: Final = """\
listeners.tcp.1 = {host}:{port}
management.tcp.ip = {host}
management.tcp.port = {management}
load_definitions = {definitions}
log.console = true
log.console.level = warning
log.file = false
collect_statistics_interval = 100
vm_memory_high_watermark.relative = 0.9
disk_free_limit.absolute = 50MB
"""

# How often a quorum queue says how many messages it has, and who has not acknowledged them.
_ADVANCED: Final = "[{rabbit, [{quorum_tick_interval, 100}]}].\n"


def program() -> str | None:
    """The program that runs a node in the foreground; None when RabbitMQ is not installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


class RabbitMQ:
    """One node with its data in one folder, with numbered virtual hosts.

    Args:
        folder: where everything is kept; made if missing.
        vhosts: how many virtual hosts it has: each is a broker of its own.
    """

    def __init__(self, folder: Path, *, vhosts: int = 16) -> None:
        self._folder = folder.absolute()
        self._data = self._folder / "data"
        self._vhosts = vhosts
        self._password = secrets.token_urlsafe(24)
        self._ports = dict.fromkeys(("node", "management", "distribution", "mapper"), 0)
        self._node = ServerProcess("RabbitMQ", self._folder / "rabbitmq.log", _SIGNALS, 60.0)
        self._mapper = ServerProcess("epmd", self._folder / "epmd.log", _SIGNALS)

    @property
    def log(self) -> Path:
        """The node's log file."""
        return self._node.log

    @property
    def pid(self) -> int | None:
        """The node's process id, or None when it does not run."""
        return self._node.pid

    def url_of(self, vhost: int) -> str:
        """Address of the numbered virtual host, with the password in it."""
        return f"amqp://{USER}:{self._password}@{HOST}:{self._ports['node']}/{vhost}"

    def start(self) -> None:
        """Start the node and return once it takes messages; does nothing if it runs already.

        Raises:
            StartFailed: it does not start; the text ends with the log's last lines.
        """
        if self.pid is not None:
            return
        name = program()
        if name is None:
            raise FileNotFoundError("rabbitmq-server is not installed")
        self._folder.mkdir(parents=True, exist_ok=True)
        for use, port in self._ports.items():
            if not port or not port_is_free(port):
                self._ports[use] = _free_port()
        data = self._data
        data.mkdir(mode=0o700, exist_ok=True)
        self._write_configuration(data)
        identity = choose(["/bin/sh", "-c", 'cd "$1"', "sh", str(self._folder)])
        for path in (data, *data.rglob("*")):
            shutil.chown(path, identity.uid, identity.gid)
        epmd = shutil.which("epmd") or "epmd"
        mapper = str(self._ports["mapper"])
        self._mapper.start([epmd, "-address", HOST, "-port", mapper], identity)
        self._mapper.wait_until(lambda: not port_is_free(self._ports["mapper"]), START_S)
        self._node.start([name], identity, environment=self._environment())
        self._node.wait_until(self._answers, START_S)

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop the node; `immediate` kills it. Does nothing when it does not run."""
        if mode == "immediate" and self.pid is not None:
            self._node.wait_until(self._knows_its_queues, START_S)
        self._end(mode)

    def restart(self, mode: StopMode = "fast") -> None:
        """Stop and start, on the same port."""
        self.stop(mode)
        self.start()

    def queues(self, vhost: str) -> list[dict[str, Any]]:
        """What the node says about each queue of a virtual host."""
        answer = self.ask("GET", f"queues/{vhost}")
        return answer.json() if answer.status_code == 200 else []

    def ask(self, method: str, path: str) -> httpx2.Response:
        """Send a request to the node's management API."""
        with httpx2.Client(auth=(USER, self._password), timeout=30, verify=NO_TLS) as client:
            url = f"http://{HOST}:{self._ports['management']}/api/{path}"
            return client.request(method, url)

    def control(self, *arguments: str) -> None:
        """Run `rabbitmqctl` on the node.

        Raises:
            RuntimeError: it ended with an error, which is the text.
        """
        program_of_control = str(Path(program() or "").resolve().with_name("rabbitmqctl"))
        outcome = subprocess.run(
            [program_of_control, *arguments],
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **self._environment()},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if outcome.returncode:
            raise RuntimeError(f"rabbitmqctl {arguments}: {outcome.stdout} {outcome.stderr}")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end("immediate")

    def _end(self, mode: StopMode) -> None:
        self._node.stop(mode)
        self._mapper.stop("immediate")

    def _knows_its_queues(self) -> bool:
        """Whether the node would find its queues' data again.

        RabbitMQ 3.10 writes down a new quorum queue's name within half a second. Killed before
        that, it never opens the queue again.
        """
        names = b"".join(path.read_bytes() for path in self._data.rglob("names.dets"))
        queues = [queue for queue in self.ask("GET", "queues").json() if queue["type"] == "quorum"]
        return all(f"{queue['vhost']}_{queue['name']}".encode() in names for queue in queues)

    def _answers(self) -> bool:
        address = f"{HOST}:{self._ports['node']}"
        try:
            with amqp.Connection(
                address, userid=USER, password=self._password, virtual_host="0", connect_timeout=2
            ):
                return self.ask("GET", "overview").status_code == 200
        except (OSError, amqp.AMQPError, httpx2.HTTPError):
            return False

    def _environment(self) -> dict[str, str]:
        data = self._data
        return {
            "HOME": str(data),
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": str(self._ports["mapper"]),
            "RABBITMQ_NODENAME": f"test{self._ports['mapper']}@localhost",
            "RABBITMQ_NODE_PORT": str(self._ports["node"]),
            "RABBITMQ_NODE_IP_ADDRESS": HOST,
            "RABBITMQ_DIST_PORT": str(self._ports["distribution"]),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_BASE": str(data),
            "RABBITMQ_MNESIA_BASE": str(data / "mnesia"),
            "RABBITMQ_LOG_BASE": str(data / "log"),
            "RABBITMQ_PID_FILE": str(data / "pid"),
            "RABBITMQ_CONFIG_FILE": str(data / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(data / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(data / "no-environment"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(data / "plugins"),
            # The script then becomes the node, which signals reach, instead of waiting for it.
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    def _write_configuration(self, data: Path) -> None:
        definitions = data / "definitions.json"
        configuration = _CONFIGURATION.format(
            host=HOST,
            port=self._ports["node"],
            management=self._ports["management"],
            definitions=definitions,
        )
        (data / "rabbitmq.conf").write_text(configuration)
        (data / "advanced.config").write_text(_ADVANCED)
        (data / "plugins").write_text("[rabbitmq_management].\n")
        cookie = data / ".erlang.cookie"
        if not cookie.exists():
            cookie.write_text(secrets.token_hex(16))
            cookie.chmod(0o400)
        vhosts = [str(number) for number in range(self._vhosts)]
        permissions = {"user": USER, "configure": ".*", "write": ".*", "read": ".*"}
        content = {
            "users": [{"name": USER, "password_hash": _hashed(self._password),
                       "hashing_algorithm": "rabbit_password_hashing_sha256",
                       "tags": ["administrator"]}],
            "vhosts": [{"name": vhost} for vhost in vhosts],
            "permissions": [{"vhost": vhost, **permissions} for vhost in vhosts],
        }  # fmt: skip
        definitions.write_text(json.dumps(content))


def _hashed(password: str) -> str:
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]
