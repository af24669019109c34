"""A command that is interrupted says nothing about its connection."""

import logging
from typing import Any

import pytest
from psycopg import Connection

from task_ledger.cli.connection import connected
from task_ledger.ops.settings import Settings


def test_ctrl_c_in_the_middle_of_a_statement_closes_the_connection_without_a_word(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    given: list[Connection[Any]] = []

    def interrupted() -> None:
        with connected("auditor", known=settings) as connection:
            given.append(connection)
            connection.pgconn.send_query(b"SELECT pg_sleep(60)")
            raise KeyboardInterrupt

    with caplog.at_level(logging.WARNING, "psycopg"), pytest.raises(KeyboardInterrupt):
        interrupted()
    assert given[0].closed
    assert caplog.messages == []
