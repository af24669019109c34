"""The page's parts on their own: client, hook, lanes, wording."""

import subprocess

import pytest

from tests.services.web.site import REPOSITORY


@pytest.mark.usefixtures("built")
def test_the_units_of_the_page_do_what_they_promise() -> None:
    done = subprocess.run(
        ["services/web/npm", "test"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
