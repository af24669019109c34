"""The suite's own servers: every test has a database and a broker to itself."""

import psycopg
import pytest
import redis

from task_ledger.local.embedded import EmbeddedPostgres
from tests.servers import POSTGRES, Database, fresh_database


def test_two_databases_do_not_share_rows(postgres: EmbeddedPostgres) -> None:
    with fresh_database(postgres) as one, fresh_database(postgres) as two:
        with psycopg.connect(one.url) as connection:
            connection.execute("CREATE TABLE thing (id int)")
        with psycopg.connect(two.url) as connection:
            found = connection.execute("SELECT to_regclass('thing')").fetchone()
    assert found == (None,)


def test_the_server_is_of_the_version_that_was_asked_for(empty_database: Database) -> None:
    with psycopg.connect(empty_database.url) as connection:
        assert connection.info.server_version // 10_000 == int(POSTGRES)


def test_a_database_is_dropped_although_somebody_is_connected(postgres: EmbeddedPostgres) -> None:
    with fresh_database(postgres) as database:
        left_open = psycopg.connect(database.url)
    with pytest.raises(psycopg.OperationalError):
        left_open.execute("SELECT 1")
    left_open.close()


def test_the_login_is_no_superuser_and_the_superuser_is(empty_database: Database) -> None:
    query = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    with psycopg.connect(empty_database.url) as connection:
        assert connection.execute(query).fetchone() == (False,)
    with psycopg.connect(empty_database.superuser_url) as connection:
        assert connection.execute(query).fetchone() == (True,)


def test_a_broker_is_empty_and_asks_for_a_password(broker_url: str) -> None:
    with redis.Redis.from_url(broker_url) as client:
        assert client.dbsize() == 0
    without_password = "redis://" + broker_url.partition("@")[2]
    with (
        redis.Redis.from_url(without_password) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()
