"""What MkDocs calls while it builds the site: adds pages, moves links, writes llms.txt."""

import re
from pathlib import Path
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from docs.site import api
from docs.site.pages import API_PAGE, PAGES, REPOSITORY, source_page, sources, with_links
from docs.site.sources import source

_MERMAID: Final = REPOSITORY / "services/web/node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js"
_ASSETS: Final = REPOSITORY / "docs/site/assets"
_TEXTS: dict[str, str] = {}
"""The Markdown of the pages in the navigation, in its order, by their paths on the site."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Put the site's files together: pages, shown sources, pictures and assets."""
    made = [file for file in files if not file.src_uri.endswith((".md", ".py"))]
    for page, place in PAGES.items():
        text = with_links((REPOSITORY / page).read_text("utf-8"), page)
        if place == "reference/python.md":
            text = api.linked(text)
        if place == "index.md":
            # Wide enough for its code and its table of guarantees.
            text = f"---\nhide:\n  - navigation\n---\n{text}"
        made.append(File.generated(config, place, content=text))
    made.append(File.generated(config, API_PAGE, content=api.page()))
    shown = sources()
    for path in sorted(shown):
        file = File.generated(config, source_page(path), content=source(path, shown))
        file.inclusion = InclusionLevel.NOT_IN_NAV
        made.append(file)
    made.append(File.generated(config, "assets/mermaid.js", abs_src_path=str(_MERMAID)))
    made += [
        File.generated(config, f"assets/{asset.name}", abs_src_path=str(asset))
        for asset in sorted(_ASSETS.iterdir())
    ]
    return Files(made)


def on_page_content(html: str, page: Page, **_: Any) -> str:
    """Have links to lines and docstrings checked too; add mermaid where a page has a diagram."""
    anchors = page.present_anchor_ids or set()
    page.present_anchor_ids = anchors | set(re.findall(r'\sid="([^"]+)"', html))
    if 'class="mermaid"' not in html:
        return html
    # Without it the theme would load mermaid from a public server. It is too large for every page.
    return f'{html}\n<script src="{"../" * page.url.count("/")}assets/mermaid.js"></script>'


def on_nav(nav: Navigation, **_: Any) -> Navigation:
    """Note the order of the pages."""
    _TEXTS.clear()
    _TEXTS.update({page.file.src_uri: "" for page in nav.pages})
    return nav


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Note a page's Markdown."""
    if page.file.src_uri in _TEXTS:
        _TEXTS[page.file.src_uri] = markdown
    return markdown


def on_post_build(config: MkDocsConfig, **_: Any) -> None:
    """Write llms.txt, and the Markdown of the pages that it lists."""
    folder = Path(config.site_dir)
    lines = [f"# {config.site_name}", "", f"> {config.site_description}", ""]
    for place, text in _TEXTS.items():
        if place == API_PAGE:
            continue
        title = next(iter(re.findall(r"^# (.+)$", text, re.M)))
        lines.append(f"- [{title}]({place})")
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")
    (folder / "llms.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
