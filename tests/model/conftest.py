"""The checker comes from the system; .ci/run installs it."""

import pytest

from model.spin import missing


@pytest.fixture(scope="session")
def spin() -> None:
    """Needs Spin and a C compiler."""
    absent = missing()
    if absent:
        pytest.skip(absent)
