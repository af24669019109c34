"""Run as a program by tests: `up` with settings from the environment and a process of the test's.

The process counts its starts in the database and pings the broker. Ends with status 3 and the
error's text on standard error when something does not come up.
"""

import sys

import psycopg

from task_ledger.local.embedded import EmbeddedServerError
from task_ledger.local.stack import Process, StackError, environment, up
from task_ledger.ops.settings import Settings

CODE = """
import os, time, psycopg, redis
with psycopg.connect(os.environ["TASK_LEDGER_DATABASE_URL"]) as connection:
    connection.execute("INSERT INTO start DEFAULT VALUES")
    starts, = connection.execute("SELECT count(*) FROM start").fetchone()

broker = redis.Redis.from_url(os.environ["TASK_LEDGER_BROKER_URL"])
print("start", starts, "broker", broker.ping(), flush=True)
time.sleep(600)
"""


def migrate(settings: Settings) -> None:
    with psycopg.connect(settings.login_url()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS start (id serial PRIMARY KEY)")


def processes(settings: Settings) -> list[Process]:
    return [Process("counter", [sys.executable, "-c", CODE], environment(settings))]


def main() -> int:
    try:
        up(Settings(), migrate=migrate, processes=processes)
    except (StackError, EmbeddedServerError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 3
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
