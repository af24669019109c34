"""The signing keys are in a file that only its owner reads, and are replaced without a gap."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from task_ledger.sealer.errors import KeyFileError
from task_ledger.sealer.key_file import create_key_file, read_key_file, rotate_key_file

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with one key."""
    create_key_file(tmp_path / "seal.key", "example.com/ledger")
    return tmp_path / "seal.key"


def test_a_new_file_has_a_key_for_its_owner_alone(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    (key,) = read_key_file(path, NOW)
    assert key.name == "example.com/ledger"


def test_an_existing_key_file_is_not_overwritten(path: Path) -> None:
    before = path.read_text()
    with pytest.raises(KeyFileError):
        create_key_file(path, "example.com/ledger")
    assert path.read_text() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_may_read_is_refused(path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="others may read it"):
        read_key_file(path, NOW)


def test_the_old_key_signs_along_until_its_time_is_over(path: Path) -> None:
    (old,) = read_key_file(path, NOW)
    new = rotate_key_file(path, NOW, 30 * DAY)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key_file(path, NOW + 29 * DAY) == (new, old)
    assert read_key_file(path, NOW + 30 * DAY) == (new,)


def test_a_second_rotation_does_not_prolong_the_first(path: Path) -> None:
    (first,) = read_key_file(path, NOW)
    second = rotate_key_file(path, NOW, 10 * DAY)
    third = rotate_key_file(path, NOW + 5 * DAY, 30 * DAY)
    assert read_key_file(path, NOW + 6 * DAY) == (third, second, first)
    assert read_key_file(path, NOW + 10 * DAY) == (third, second)
    rotate_key_file(path, NOW + 40 * DAY, DAY)
    assert path.read_text().count("PRIVATE") == 2


@pytest.mark.parametrize("text", ["", "no key\n", "PRIVATE+KEY+a+00000000+AAAA\n"])
def test_an_invalid_key_is_refused_without_being_shown(path: Path, text: str) -> None:
    secret = path.read_text()
    path.write_text(secret + text if text else text)
    with pytest.raises(KeyFileError) as refused:
        read_key_file(path, NOW)
    assert secret.strip() not in str(refused.value)
    assert refused.value.__cause__ is None


def test_an_invalid_time_is_refused(path: Path) -> None:
    path.write_text(path.read_text().strip() + " until tomorrow\n")
    with pytest.raises(KeyFileError, match="line 1"):
        read_key_file(path, NOW)


def test_a_file_without_a_key_in_use_is_refused(path: Path) -> None:
    path.write_text(path.read_text().strip() + " until 2026-01-01T00:00:00Z\n")
    with pytest.raises(KeyFileError, match="all keys in it have expired"):
        read_key_file(path, NOW)
    with pytest.raises(KeyFileError, match="cannot be read"):
        read_key_file(path.with_name("none"), NOW)
