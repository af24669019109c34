"""PostgreSQL on this machine keeps its data and port, and nobody reaches it without a password."""

import os
import signal
import socket
import stat
import subprocess
from pathlib import Path

import psutil
import psycopg
import pytest

from task_ledger.local.embedded import DataUnusable, EmbeddedPostgres, StartFailed
from tests.servers import quick_postgres
from tests.task_ledger.local.children import gone, serving, wait_until


def test_started_again_it_finds_its_data_and_port(tmp_path: Path) -> None:
    with quick_postgres(tmp_path / "pg") as server:
        port = server.port
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with (
        quick_postgres(tmp_path / "pg") as server,
        psycopg.connect(server.url) as connection,
    ):
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        assert server.port == port


def test_what_was_committed_survives_an_immediate_stop(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "pg") as server:
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        before = server.pid
        server.restart("immediate")
        assert server.pid != before
        assert "was not properly shut down" in server.log.read_text()
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_port_that_was_taken_meanwhile_is_changed(tmp_path: Path) -> None:
    with quick_postgres(tmp_path / "pg") as server:
        port = server.port
    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        thief.bind(("127.0.0.1", port))
        thief.listen()
        with quick_postgres(tmp_path / "pg") as server:
            assert server.port != port


def test_it_listens_on_the_loopback_address_only(postgres: EmbeddedPostgres) -> None:
    listening = [
        (each.family, each.laddr)
        for each in psutil.Process(postgres.pid).net_connections("all")
        if each.status == psutil.CONN_LISTEN or each.family == socket.AF_UNIX
    ]
    assert listening == [(socket.AF_INET, ("127.0.0.1", postgres.port))]


@pytest.mark.parametrize("password", ["", "wrong"])
def test_nobody_gets_in_without_the_password(postgres: EmbeddedPostgres, password: str) -> None:
    for user in ("postgres", postgres.login):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(
                host="127.0.0.1",
                port=postgres.port,
                user=user,
                password=password,
                dbname="postgres",
            )


def test_passwords_and_data_are_private_and_not_on_a_command_line(
    postgres: EmbeddedPostgres,
) -> None:
    folder = postgres.log.parent
    passwords: list[str] = []
    for name in ("password", "superuser_password"):
        path = folder / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        passwords.append(path.read_text())
    assert passwords[0] != passwords[1]
    assert stat.S_IMODE((folder / "data").stat().st_mode) == 0o700
    assert not (folder / "initdb_password").exists()
    shown = " ".join(psutil.Process(postgres.pid).cmdline()) + postgres.log.read_text()
    assert [each for each in passwords if each in shown] == []


def test_a_second_process_is_refused_the_folder(tmp_path: Path) -> None:
    with (
        serving("postgres", tmp_path / "pg") as first,
        serving("postgres", tmp_path / "pg") as second,
    ):
        assert second.answer["error"] == "AlreadyServed"
        assert f"Process {first.process.pid} already serves" in second.answer["text"]
        psycopg.connect(first.answer["url"]).close()


def test_it_ends_when_its_supervisor_is_killed(tmp_path: Path) -> None:
    with serving("postgres", tmp_path / "pg") as served:
        served.process.send_signal(signal.SIGKILL)
        wait_until(lambda: gone(served.answer["pid"]), "the server to end")
        wait_until(lambda: gone(served.answer["watchdog"]), "the watchdog to end")
    assert "fast shutdown request" in (tmp_path / "pg" / "postgres.log").read_text()


def test_an_orphan_is_ended_and_its_data_served_again(tmp_path: Path) -> None:
    with serving("postgres", tmp_path / "pg") as served:
        with psycopg.connect(served.answer["url"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        os.kill(served.answer["watchdog"], signal.SIGKILL)
        served.process.kill()
        served.process.wait()
    assert not gone(served.answer["pid"])
    with (
        quick_postgres(tmp_path / "pg") as server,
        psycopg.connect(server.url) as connection,
    ):
        assert gone(served.answer["pid"])
        assert "received fast shutdown request" in server.log.read_text()
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_process_id_that_went_to_another_program_does_not_stop_it(tmp_path: Path) -> None:
    server = quick_postgres(tmp_path / "pg")
    server.start()
    pidfile = tmp_path / "pg" / "data" / "postmaster.pid"
    lines = pidfile.read_text().splitlines(keepends=True)
    owner = pidfile.stat()
    server.stop("immediate")
    root = os.geteuid() == 0
    another = subprocess.Popen(
        ["sleep", "60"],
        user=owner.st_uid if root else None,
        group=owner.st_gid if root else None,
    )
    try:
        pidfile.write_text("".join([f"{another.pid}\n", *lines[1:]]))
        os.chown(pidfile, owner.st_uid, owner.st_gid)
        with server:
            psycopg.connect(server.url).close()
        assert another.poll() is None
    finally:
        another.kill()
        another.wait()


def test_a_process_id_that_went_to_another_server_does_not_end_that_one(tmp_path: Path) -> None:
    with quick_postgres(tmp_path / "other") as other, psycopg.connect(other.url) as connection:
        data = tmp_path / "pg" / "data"
        quick = quick_postgres(tmp_path / "pg")
        quick.start()
        owner = data.stat()
        quick.stop("immediate")
        (data / "postmaster.pid").write_text(f"{other.pid}\n{data}\n")
        os.chown(data / "postmaster.pid", owner.st_uid, owner.st_gid)
        with quick:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_killed_it_waits_for_its_sessions_to_end_before_it_starts_again(tmp_path: Path) -> None:
    server = quick_postgres(tmp_path / "pg")
    server.start()
    busy = psycopg.connect(server.url)
    busy.pgconn.send_query(b"SELECT sum(n) FROM generate_series(1, 12000000) AS n")
    backend = busy.info.backend_pid
    wait_until(lambda: psutil.Process(backend).cpu_times().user > 0.1, "the session to compute")
    postmaster = server.pid
    assert postmaster is not None
    os.kill(postmaster, signal.SIGKILL)
    wait_until(lambda: server.pid is None, "the server to be dead")
    assert not gone(backend)
    with server:
        assert gone(backend)
        psycopg.connect(server.url).close()
    assert "pre-existing shared memory block" in server.log.read_text()
    busy.close()


def test_an_interrupted_first_start_is_begun_anew(tmp_path: Path) -> None:
    half = tmp_path / "pg" / "data.initializing"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with quick_postgres(tmp_path / "pg") as server:
        psycopg.connect(server.url).close()
    assert not half.exists()


def test_a_setting_that_the_server_refuses_is_told_with_its_last_lines(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "pg", settings={"no_such_setting": "1"})
    with pytest.raises(StartFailed, match="unrecognized configuration parameter"):
        server.start()
    assert server.pid is None
    with quick_postgres(tmp_path / "pg") as again:
        assert again.pid is not None


def test_data_of_another_version_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "pg" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("17\n")
    with pytest.raises(DataUnusable, match="written by PostgreSQL 17; this is 18"):
        quick_postgres(tmp_path / "pg").start()


def test_a_lost_or_wrong_password_file_is_told(tmp_path: Path) -> None:
    server = quick_postgres(tmp_path / "pg")
    with server:
        pass
    secret = tmp_path / "pg" / "superuser_password"
    secret.write_text("another")
    with pytest.raises(DataUnusable, match="does not match the data beside it"):
        server.start()
    assert server.pid is None
    secret.unlink()
    with pytest.raises(DataUnusable, match="superuser_password is lost"):
        server.start()


def test_a_new_password_is_taken_over(tmp_path: Path) -> None:
    server = quick_postgres(tmp_path / "pg")
    with server:
        old = server.url
    (tmp_path / "pg" / "password").unlink()
    with server:
        assert server.url != old
        psycopg.connect(server.url).close()
