"""What the documentation points at is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PAGES = [
    *sorted(REPOSITORY.glob("*.md")),
    *sorted((REPOSITORY / "docs").rglob("*.md")),
    *sorted((REPOSITORY / "deploy").glob("*.md")),
    *sorted((REPOSITORY / "examples").rglob("*.md")),
]
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s]+)\)")
_EXTERNAL = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(/[\w./~%-]*)?(#[\w.-]+)?")
_PICTURE = re.compile(r'(?<=src=")[^"]+|(?<=srcset=")[^"]+')
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def links(page: Path) -> Iterator[tuple[str, str]]:
    """The text and the target of each link of a page, those in code left out."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    yield from ((" ".join(words.split()), target) for words, target in _LINK.findall(text))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are shown on the web."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def broken(page: Path) -> list[str]:
    """What is wrong with a page's links into the repository."""
    found = [
        f"{target}: there is no such picture"
        for target in _PICTURE.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    for words, target in links(page):
        if "://" in target:
            if not _EXTERNAL.fullmatch(target):
                found.append(f"{target}: not an https:// address of a public host")
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists():
            found.append(f"{target}: there is no such file")
        elif anchor and file.suffix == ".md" and anchor not in anchors(file):
            found.append(f"{target}: there is no such heading")
        elif words.startswith("test_") and not re.search(
            rf"^(?:async )?def {words}\(", file.read_text(encoding="utf-8"), re.MULTILINE
        ):
            found.append(f"{target}: there is no test {words}")
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken(page) == []


def test_broken_links_are_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# A heading, here\n```\n# not one\n```\n")
    (tmp_path / "test_it.py").write_text("def test_one() -> None: ...\n")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](there.md#a-heading-here) [b](there.md#not-one) [c](missing.md)\n"
        "[test_one](test_it.py) [test_two](test_it.py)\n```\n[d](in-code.md)\n```\n"
        '<img src="missing.png">\n'
        "[e](https://example.com/a#b) [f](http://example.com) [g](https://example)\n"
    )
    assert broken(page) == [
        "missing.png: there is no such picture",
        "there.md#not-one: there is no such heading",
        "missing.md: there is no such file",
        "test_it.py: there is no test test_two",
        "http://example.com: not an https:// address of a public host",
        "https://example: not an https:// address of a public host",
    ]


def test_every_page_of_the_documentation_is_reached_from_its_index() -> None:
    docs = REPOSITORY / "docs"
    reached: set[Path] = set()
    # The records of decisions have an index of their own.
    for index in (docs / "README.md", docs / "decisions" / "README.md"):
        reached |= {(index.parent / link.partition("#")[0]).resolve() for _, link in links(index)}
    assert set(docs.rglob("*.md")) - {docs / "README.md"} <= reached


def test_every_promise_of_the_readme_names_a_test() -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    rows = [
        line
        for line in text.partition("\n## Guarantees\n")[2].partition("\n## ")[0].splitlines()
        if line.startswith("|")
    ][2:]
    assert len(rows) >= 9
    assert [row for row in rows if "[test_" not in row] == []


def test_pictures_are_small_enough_for_a_page() -> None:
    pictures = list((REPOSITORY / "docs" / "images").iterdir())
    assert len(pictures) >= 6
    assert [picture.name for picture in pictures if picture.stat().st_size >= 300_000] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_no_page_is_longer_than_400_lines(page: Path) -> None:
    assert len(page.read_text(encoding="utf-8").splitlines()) < 400
