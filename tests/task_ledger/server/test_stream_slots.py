"""One token cannot take all streams that a server can hold."""

from collections.abc import Callable
from contextlib import ExitStack

from task_ledger.server.streaming.slots import STREAMS_PER_TOKEN
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Server, eventually

PATH = "/api/v1/projects/tower-a/events/stream"


def test_a_token_has_so_many_streams_and_another_one_has_its_own(
    server: Server, token: Callable[..., dict[str, str]], ledger: Ledger
) -> None:
    ledger.register()
    greedy, other = token("greedy", "viewer"), token("other", "viewer")

    def opened(headers: dict[str, str], streams: ExitStack) -> int:
        client = streams.enter_context(server.client(headers))
        answer = streams.enter_context(client.stream("GET", PATH))
        if answer.status_code == 429:
            assert answer.headers["Retry-After"] == "15"
            answer.read()
            assert answer.json()["code"] == "too_many_streams"
        return answer.status_code

    with ExitStack() as streams:
        for _ in range(STREAMS_PER_TOKEN):
            assert opened(greedy, streams) == 200
        assert opened(greedy, streams) == 429
        assert opened(other, streams) == 200
    with ExitStack() as streams:
        # What was closed is free again, once the server has seen that nobody listens.
        eventually("a stream is free", lambda: opened(greedy, streams) == 200)
