"""What the documentation says is there follows what runs."""

import re

from task_ledger.projector.parts import NAMES
from tests.docs.test_links import REPOSITORY


def test_the_guide_names_every_part_of_the_projector() -> None:
    text = (REPOSITORY / "docs" / "how-to" / "maintain.md").read_text(encoding="utf-8")
    section = text.partition("\n## Projector and relay\n")[2].partition("\n## ")[0]
    sentence = section.partition(". ")[0]
    assert re.findall(r"`([a-z]+)`", sentence) == list(NAMES)
