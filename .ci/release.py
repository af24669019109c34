"""Make a release of the version in pyproject.toml: check, test, build into dist/, tag.

Nothing is tagged before everything has passed, and nothing is pushed or uploaded.
"""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

ROOT = Path.cwd()
CLIENT = "services/web/package/package.json"
TARGETS = ("check", "test")
"""What must pass, as targets of make."""

IN_WHEEL = ("task_ledger/py.typed", "task_ledger/server/page/index.html")
"""Files without which a wheel does not work as promised."""


IN_CLIENT = ("dist/index.js", "dist/index.d.ts", "dist/schema.d.ts", "README.md")
"""The same for the package of the React client."""


class Refused(Exception):
    """There is nothing that could be released; says what to do."""


def output(*command: str) -> str:
    """What a command prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def version() -> str:
    """The version in pyproject.toml.

    Raises:
        Refused: it is none of a release.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = str(project["version"])
    if not re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", found):
        raise Refused(f"{found} is no version of a release: write 1.2.3 or 1.2.3rc1.")
    return found


def refuse_unready(released: str) -> None:
    """Look whether the checkout can be released.

    Raises:
        Refused: it cannot.
    """
    if changed := output("git", "status", "--porcelain"):
        raise Refused(f"Commit or remove what is not committed first:\n{changed}")
    if output("git", "tag", "--list", f"v{released}"):
        raise Refused(f"v{released} is tagged already: raise the version in pyproject.toml.")
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = re.search(rf"^## {re.escape(released)}(.*)$", changelog, re.MULTILINE)
    if heading is None:
        raise Refused(f"CHANGELOG.md says nothing of {released}: add a section.")
    if not re.fullmatch(r" \(\d{4}-\d{2}-\d{2}\)", heading[1]):
        raise Refused(f"CHANGELOG.md has no date for {released}: write ## {released} (2026-11-30).")


def refuse_incomplete(wheel: Path) -> None:
    """Look whether a wheel holds what was promised.

    Raises:
        Refused: it does not.
    """
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    if missing := [name for name in IN_WHEEL if name not in names]:
        raise Refused(f"{wheel.name} lacks {', '.join(missing)}: run make page.")
    if strays := sorted({n.split("/")[0] for n in names if not n.startswith("task_ledger")}):
        raise Refused(f"{wheel.name} holds {', '.join(strays)}, which others would import.")


def refuse_incomplete_client(packed: Path, released: str) -> None:
    """Look whether the package of the React client is of this release, and complete.

    Raises:
        Refused: it is not.
    """
    if not packed.is_file():
        raise Refused(f"{packed.name} was not packed: set {released} in {CLIENT}.")
    with tarfile.open(packed) as archive:
        names = {name.removeprefix("package/") for name in archive.getnames()}
    if missing := [name for name in IN_CLIENT if name not in names]:
        raise Refused(f"{packed.name} lacks {', '.join(missing)}: see services/web/pack-client.ts.")


def release() -> str:
    """Do it; returns the tag.

    Raises:
        Refused: something is missing. Nothing was tagged.
        subprocess.CalledProcessError: a step failed. Nothing was tagged.
    """
    released = version()
    refuse_unready(released)
    for target in TARGETS:
        subprocess.run(["make", target], check=True)
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", "dist"], check=True)
    refuse_incomplete(ROOT / "dist" / f"task_ledger-{released}-py3-none-any.whl")
    subprocess.run(["make", "client"], check=True)
    refuse_incomplete_client(ROOT / "dist" / f"task-ledger-client-{released}.tgz", released)
    refuse_unready(released)
    subprocess.run(["git", "tag", "-a", f"v{released}", "-m", f"Release {released}"], check=True)
    return f"v{released}"


if __name__ == "__main__":
    try:
        tag = release()
    except Refused as error:
        sys.exit(f"Not released. {error}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"Not released: {' '.join(map(str, error.cmd))} failed.")
    print(  # noqa: T201
        f"dist/ has the release; now push {tag}, upload the wheel and the sdist to the index, and"
        " publish the .tgz with npm."
    )
