"""Valkey on this machine keeps its data and port, and nobody reaches it without a password."""

import os
import signal
import socket
import stat
from pathlib import Path

import psutil
import pytest
import redis

from task_ledger.local.embedded import EmbeddedValkey, StartFailed
from tests.task_ledger.local.children import gone, serving, wait_until


def test_started_again_it_finds_its_data_and_port(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "valkey") as server:
        port = server.port
        with redis.Redis.from_url(server.url) as client:
            client.set("kept", 42)
    with EmbeddedValkey(tmp_path / "valkey") as server, redis.Redis.from_url(server.url) as client:
        assert client.get("kept") == b"42"
        assert server.port == port


def test_what_was_written_down_survives_a_kill(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "valkey") as server:
        with redis.Redis.from_url(server.url) as client:
            client.set("kept", 42)
            assert client.config_get("appendfsync") == {"appendfsync": "everysec"}
            assert client.waitaof(1, 0, 5000)[0] == 1
        server.restart("immediate")
        with redis.Redis.from_url(server.url) as client:
            assert client.get("kept") == b"42"


def test_it_listens_on_the_loopback_address_only(valkey: EmbeddedValkey) -> None:
    listening = [
        (each.family, each.laddr)
        for each in psutil.Process(valkey.pid).net_connections("all")
        if each.status == psutil.CONN_LISTEN or each.family == socket.AF_UNIX
    ]
    assert listening == [(socket.AF_INET, ("127.0.0.1", valkey.port))]


def test_its_password_is_private_and_not_on_a_command_line(valkey: EmbeddedValkey) -> None:
    path = valkey.log.parent / "password"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    shown = " ".join(psutil.Process(valkey.pid).cmdline()) + valkey.log.read_text()
    assert path.read_text() not in shown
    with (
        redis.Redis(host="127.0.0.1", port=valkey.port) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_a_second_process_is_refused_the_folder(tmp_path: Path) -> None:
    with (
        serving("valkey", tmp_path / "valkey") as first,
        serving("valkey", tmp_path / "valkey") as second,
    ):
        assert second.answer["error"] == "AlreadyServed"
        assert f"Process {first.process.pid} already serves" in second.answer["text"]


def test_it_ends_when_its_supervisor_is_killed(tmp_path: Path) -> None:
    with serving("valkey", tmp_path / "valkey") as served:
        served.process.kill()
        wait_until(lambda: gone(served.answer["pid"]), "the server to end")
    assert "User requested shutdown" in (tmp_path / "valkey" / "valkey.log").read_text()


def test_an_orphan_is_ended_and_its_data_served_again(tmp_path: Path) -> None:
    with serving("valkey", tmp_path / "valkey") as served:
        with redis.Redis.from_url(served.answer["url"]) as client:
            client.set("kept", 42)
        os.kill(served.answer["watchdog"], signal.SIGKILL)
        served.process.kill()
        served.process.wait()
    assert not gone(served.answer["pid"])
    with EmbeddedValkey(tmp_path / "valkey") as server, redis.Redis.from_url(server.url) as client:
        assert gone(served.answer["pid"])
        assert client.get("kept") == b"42"


def test_broken_data_is_told_with_the_last_lines(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "valkey") as server:
        pass
    manifest = next((tmp_path / "valkey" / "data" / "appendonlydir").glob("*.manifest"))
    manifest.write_text("nonsense\n")
    with pytest.raises(StartFailed, match="AOF manifest"):
        server.start()
    assert server.pid is None
