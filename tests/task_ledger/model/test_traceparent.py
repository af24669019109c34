"""Which texts are contexts of W3C Trace Context, and which of them are sampled."""

import pytest

from task_ledger.model.traceparent import sampled_trace_id, valid_traceparent

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        b"00-" + TRACE.encode(),
        "",
        f"01-{TRACE}-{SPAN}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{TRACE}-{SPAN}-01\n",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
    ],
)
def test_what_is_no_context_of_version_00_is_none(value: object) -> None:
    assert valid_traceparent(value) is None


@pytest.mark.parametrize(("flags", "sampled"), [("01", True), ("03", True), ("00", False)])
def test_only_a_sampled_context_has_a_trace_id(flags: str, sampled: bool) -> None:
    traceparent = valid_traceparent(f"00-{TRACE}-{SPAN}-{flags}")
    assert traceparent is not None
    assert sampled_trace_id(traceparent) == (TRACE if sampled else None)
