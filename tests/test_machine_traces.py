"""What is committed names no folder of one machine and no host of a package registry."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / ".ci" / "no-machine-traces"


def check(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    (folder / ".ci").mkdir()
    shutil.copy(SCRIPT, folder / ".ci")
    (folder / "file.md").write_text(text)
    git = ["git", "-C", str(folder)]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    return subprocess.run(
        [str(folder / ".ci" / SCRIPT.name)], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "text",
    [
        "see /" + "home/jane/notes",
        "dir=/" + "root/.cache",
        "https://" + "pypi" + ".org/simple",
        "resolved https://registry.npmjs" + ".org/react",
    ],
)
def test_a_trace_is_found_and_shown(tmp_path: Path, text: str) -> None:
    outcome = check(tmp_path, f"first\n{text}\n")
    assert outcome.returncode == 1
    assert f"file.md:2:{text}" in outcome.stdout


def test_the_checkout_s_own_folder_is_a_trace(tmp_path: Path) -> None:
    assert check(tmp_path, f"built in {tmp_path}/src\n").returncode == 1


@pytest.mark.parametrize("text", ["below /root,", "services/work/things", "/homepage", "a PyPI"])
def test_words_that_only_look_like_one_pass(tmp_path: Path, text: str) -> None:
    outcome = check(tmp_path, f"{text}\n")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
