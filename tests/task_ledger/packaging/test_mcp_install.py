"""`task-ledger[mcp]` has what `task-ledger mcp` imports, and nothing of a server's page."""

from pathlib import Path

import pytest

from tests.task_ledger.cli.command import Command
from tests.task_ledger.packaging.installed import Installed, install


@pytest.fixture(scope="module")
def with_mcp(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """`pip install task-ledger[mcp]`."""
    return install(wheel, tmp_path_factory.mktemp("mcp"), ["mcp"])


def test_the_command_has_all_that_it_imports(
    with_mcp: Installed, bare: dict[str, str], adopter: Path
) -> None:
    ended = Command(bare, adopter, with_mcp.script)("mcp")
    assert "task-ledger token create" in ended.err
    assert "fastapi" not in with_mcp.packages
