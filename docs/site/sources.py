"""Pages that show the files and folders of the repository that the documentation links to."""

import ast
from pathlib import Path
from typing import Final

from docs.site.pages import REPOSITORY, source_page

_LANGUAGES: Final = {
    ".json": "json",
    ".py": "python",
    ".sql": "sql",
    ".tsx": "tsx",
    ".ts": "ts",
    ".yaml": "yaml",
    ".yml": "yaml",
}
_FRONT = "---\nsearch:\n  exclude: true\nhide:\n  - toc\n  - navigation\n---\n"


def source(path: str, shown: set[str]) -> str:
    """The Markdown that shows one file, or lists one folder.

    Args:
        path: of the file or folder, in the repository.
        shown: the paths that have a page; a folder's list links to these.
    """
    file = REPOSITORY / path
    if file.is_dir():
        return f"{_FRONT}# `{path}/`\n\n{_listed(file, path, shown)}"
    language = _LANGUAGES.get(file.suffix, "text")
    return f"{_FRONT}# `{path}`\n\n`````{language}\n{file.read_text('utf-8')}\n`````\n"


def _listed(folder: Path, path: str, shown: set[str]) -> str:
    up = "../" * len(Path(source_page(path)).parent.parts)
    lines = ["| file | what it is |", "|---|---|"]
    for file in sorted(folder.iterdir()):
        name = f"{path}/{file.name}"
        if file.name.startswith((".", "__pycache__")):
            continue
        words = f"`{file.name}/`" if file.is_dir() else f"`{file.name}`"
        link = f"[{words}]({up}{source_page(name)})" if name in shown else words
        lines.append(f"| {link} | {_summary(file)} |")
    return "\n".join(lines) + "\n"


def _summary(file: Path) -> str:
    module = file / "__init__.py" if file.is_dir() else file
    if module.suffix != ".py" or not module.exists():
        return ""
    text = ast.get_docstring(ast.parse(module.read_text("utf-8"))) or ""
    return " ".join(text.partition("\n\n")[0].split()).replace("|", "\\|")
