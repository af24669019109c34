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
    "examples/django_app/README.md": "examples/django-app.md",
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

_BLOCK: Final = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
# A link's text may hold code, so the one that begins first is what counts.
_LINK: Final = re.compile(r"`[^`\n]+`|(?P<opening>!?\[(?P<words>[^\]]*)\]\()(?P<target>[^)\s]+)\)")

_IMAGES: Final = (".png", ".svg")

_PICTURE: Final = re.compile(
    r'<picture>\s*<source media="\(prefers-color-scheme: dark\)" srcset="(?P<dark>[^"]+)">\s*'
    r'<img alt="(?P<alt>[^"]+)" src="(?P<light>[^"]+)">\s*</picture>'
)


def with_links(text: str, page: str) -> str:
    """A page's text with links to where their targets stand on the site.

    Args:
        text: Markdown as it is in the repository.
        page: the page's path in the repository.
    """
    here = PurePosixPath(PAGES[page]).parent

    def moved(found: re.Match[str]) -> str:
        if _stays(found["target"]):
            return found[0]
        path, anchor = _resolved(found["target"], page)
        place, anchor = _on_the_site(path, anchor, " ".join(found["words"].split()))
        return f"{found['opening']}{_relative(place, here)}{anchor and '#' + anchor})"

    # The site's themes are switched by its reader too, so it shows pictures in its own way.
    text = _PICTURE.sub(r"![\g<alt>](\g<light>#only-light)\n![\g<alt>](\g<dark>#only-dark)", text)
    return "".join(
        part if part.startswith("```") else _LINK.sub(moved, part) for part in _BLOCK.split(text)
    )


def sources() -> set[str]:
    """The files and folders of the repository that pages link to and that are no pages."""
    found: set[str] = set()
    for page in PAGES:
        text = _BLOCK.sub("", (REPOSITORY / page).read_text("utf-8"))
        for link in _LINK.finditer(text):
            if not _stays(link["target"]):
                path, _ = _resolved(link["target"], page)
                if path not in PAGES and not path.endswith(_IMAGES):
                    found.add(path)
    return found


def source_page(path: str) -> str:
    """Where a file of the repository is shown on the site."""
    return f"source/{path}.md"


def _stays(target: str | None) -> bool:
    """Whether a link is none, or leads out of the repository or to its own page."""
    return target is None or "://" in target or target.startswith("#")


def _resolved(target: str, page: str) -> tuple[str, str]:
    """The path in the repository that a link leads to, and its anchor."""
    name, _, anchor = target.partition("#")
    path = (REPOSITORY / page).parent.joinpath(name).resolve()
    return path.relative_to(REPOSITORY).as_posix(), anchor


def _on_the_site(path: str, anchor: str, words: str) -> tuple[str, str]:
    if path in PAGES:
        return PAGES[path], anchor
    if path.endswith(_IMAGES):
        return path.removeprefix("docs/"), anchor
    if words.startswith("test_"):
        anchor = f"__codelineno-0-{_line_of(path, words)}"
    return source_page(path), anchor


def _line_of(path: str, test: str) -> int:
    lines = (REPOSITORY / path).read_text("utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if re.match(rf"(?:async )?def {test}\(", line))


def _relative(place: str, folder: PurePosixPath) -> str:
    up = [".."] * len(folder.parts)
    return "/".join([*up, place])
