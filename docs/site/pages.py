"""Which files of the repository are pages of the site, and what others its pages show."""

import re
from pathlib import Path, PurePosixPath
from typing import Final

REPOSITORY: Final = Path(__file__).parents[2]

_ELSEWHERE: Final = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "deploy/README.md": "deploy.md",
    "docs/README.md": "overview.md",
    "docs/decisions/README.md": "decisions/index.md",
    "examples/existing_app/README.md": "examples/existing-app.md",
    "examples/quickstart/README.md": "examples/quickstart.md",
}
"""Pages that stand elsewhere on the site than in `docs/`."""

PAGES: Final = _ELSEWHERE | {
    f"docs/{name}": name
    for name in sorted(
        path.relative_to(REPOSITORY / "docs").as_posix()
        for path in (REPOSITORY / "docs").rglob("*.md")
    )
    if f"docs/{name}" not in _ELSEWHERE
}
"""Each page's path on the site, by its path in the repository."""

API_PAGE: Final = "reference/api.md"
"""The one page that is only on the site: the docstrings of the public names."""

_CODE: Final = re.compile(r"(^```.*?^```$|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"(!?\[([^\]]*)\]\()([^)\s]+)\)")


def with_links(text: str, page: str) -> str:
    """A page's text with links to where their targets stand on the site.

    Args:
        text: Markdown as it is in the repository.
        page: the page's path in the repository.
    """
    here = PurePosixPath(PAGES[page]).parent

    def moved(found: re.Match[str]) -> str:
        opening, words, target = found.groups()
        if "://" in target or target.startswith("#"):
            return found[0]
        path, anchor = _resolved(target, page)
        place, anchor = _on_the_site(path, anchor, " ".join(words.split()))
        return f"{opening}{_relative(place, here)}{anchor and '#' + anchor})"

    # A link's text may hold code, so code that stands within a link is not taken out.
    parts = re.split(r"(^```.*?^```$)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(
        part if part.startswith("```") else _LINK.sub(moved, part) for part in parts
    )


def sources() -> set[str]:
    """The files and folders of the repository that pages link to and that are no pages."""
    found: set[str] = set()
    for page in PAGES:
        text = re.sub(
            r"^```.*?^```$", "", (REPOSITORY / page).read_text("utf-8"), flags=re.M | re.S
        )
        for _, _, target in _LINK.findall(text):
            if "://" not in target and not target.startswith("#"):
                path, _ = _resolved(target, page)
                if path not in PAGES and not path.endswith(".png"):
                    found.add(path)
    return found


def source_page(path: str) -> str:
    """Where a file of the repository is shown on the site."""
    return f"source/{path}.md"


def _resolved(target: str, page: str) -> tuple[str, str]:
    """The path in the repository that a link leads to, and its anchor."""
    name, _, anchor = target.partition("#")
    path = (REPOSITORY / page).parent.joinpath(name).resolve()
    return path.relative_to(REPOSITORY).as_posix(), anchor


def _on_the_site(path: str, anchor: str, words: str) -> tuple[str, str]:
    if path in PAGES:
        return PAGES[path], anchor
    if path.endswith(".png"):
        return path.removeprefix("docs/"), anchor
    if words.startswith("test_"):
        anchor = f"__codelineno-0-{_line_of(path, words)}"
    return source_page(path), anchor


def _line_of(path: str, test: str) -> int:
    lines = (REPOSITORY / path).read_text("utf-8").splitlines()
    return next(
        n for n, line in enumerate(lines, 1) if re.match(rf"(?:async )?def {test}\(", line)
    )


def _relative(place: str, folder: PurePosixPath) -> str:
    up = [".."] * len(folder.parts)
    return "/".join([*up, place])
