"""Equal failures have one fingerprint, wherever and whenever they happen."""

import sys
import types
from collections.abc import Callable

import pytest

from task_ledger.model.error_place import place_of
from task_ledger.model.error_text import error_text
from task_ledger.model.fingerprint import fingerprint, generalized


def _failure(**values: str) -> dict[str, str]:
    return {"type": "ValueError", "message": "no scale bar", "place": "shop.scale.find"} | values


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sheet 12 of 40 is blank", "sheet 3 of 7 is blank"),
        ("took 1.25 s", "took 17 s"),
        ("at 12:04:05", "at 07:59:00"),
        (
            "no document 0199c0de-0000-7000-8000-000000000000",
            "no document 0199C0DE-ffff-7000-8000-00000000abcd",
        ),
        ("object at 0x7f31c2", "object at 0x1"),
        ("commit 9fceb02 is gone", "commit 1a2b3c4d5e is gone"),
        ("order  12\nfailed", "order 9 failed"),
    ],
)
def test_numbers_and_ids_make_no_difference(one: str, other: str) -> None:
    first, second = (fingerprint("ocr", _failure(message=each)) for each in (one, other))
    assert first == second


@pytest.mark.parametrize(
    ("task_type", "error"),
    [
        ("takeoff", _failure()),
        ("ocr", _failure(type="KeyError")),
        ("ocr", _failure(place="shop.scale.read")),
        ("ocr", _failure(message="no title block")),
        ("ocr", _failure(message="accede, deadbeef, decade")),
        ("ocr", {"type": "ValueError", "message": "no scale bar"}),
    ],
)
def test_everything_else_makes_another_failure(task_type: str, error: dict[str, str]) -> None:
    assert fingerprint(task_type, error) != fingerprint("ocr", _failure())


def test_a_fingerprint_stays_the_same_from_release_to_release() -> None:
    assert fingerprint("ocr", _failure()) == "6c23edd14f471f08"
    assert generalized("Sheet S-101 at 40 %") == "Sheet S-# at # %"


_SOURCE = """
import json

def read(text):
    return json.loads(text)

class Reader:
    def read(self, text):
        return [read(each) for each in [text]]
"""


def _deployed(path: str, lines_before: int) -> Callable[[str], object]:
    """The method of an application's module, as installed at `path`."""
    module = types.ModuleType("shop.reading")
    exec(compile("\n" * lines_before + _SOURCE, path, "exec"), module.__dict__)
    return module.Reader().read


def _raised(act: Callable[[], object]) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011 (any)
        act()
    return caught.value


def test_the_place_is_the_applications_innermost_function_without_path_and_line() -> None:
    for path, lines in (("/srv/app-41/shop/reading.py", 0), ("/opt/v42/shop/reading.py", 17)):
        read = _deployed(path, lines)
        error = _raised(lambda: read("no JSON"))  # noqa: B023
        assert place_of(error) == "shop.reading.read"
        assert error_text(error).data.place == "shop.reading.read"


def test_an_error_of_libraries_alone_has_the_innermost_place_and_one_never_raised_has_none() -> (
    None
):
    import json

    error = _raised(lambda: json.loads("no JSON"))
    library = error.__traceback__.tb_next if error.__traceback__ else None
    while library and "json" not in library.tb_frame.f_code.co_filename:
        library = library.tb_next
    assert place_of(error.with_traceback(library)) == "json.decoder.JSONDecoder.raw_decode"
    assert place_of(ValueError("never raised")) is None


def test_what_is_installed_is_not_the_applications_own() -> None:
    for folder in ("/venv/lib/python3/site-packages", "/usr/lib/python3/dist-packages"):
        read = _deployed(f"{folder}/shop/reading.py", 0)

        def body() -> None:
            read("no JSON")  # noqa: B023

        assert place_of(_raised(body)) == f"{__name__}.{body.__qualname__}"
    assert __name__ in sys.modules
