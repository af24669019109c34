"""The documentation is built as a site that shows all of it and needs nothing from elsewhere."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from docs.site.pages import API_PAGE, PAGES, source_page, with_links
from tests.docs.test_code_blocks import fences
from tests.docs.test_links import REPOSITORY
from tests.docs.test_public_names import PUBLIC


def build(config: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Build a site as `make docs` does."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-f", str(config), "-d", str(folder)],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    folder = tmp_path_factory.mktemp("site")
    done = build(REPOSITORY / "mkdocs.yml", folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the built site is served."""

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(site))

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield chromium
        chromium.close()


def html(site: Path, place: str) -> str:
    """A built page, by the path of its Markdown."""
    return (site / place).with_suffix(".html").read_text(encoding="utf-8")


def test_it_starts_with_the_readme_and_has_every_page(site: Path) -> None:
    assert "Know what every Celery task did" in html(site, "index.md")
    assert [place for place in PAGES.values() if "<h1" not in html(site, place)] == []


def test_every_public_name_has_its_docstring(site: Path) -> None:
    page, index = html(site, API_PAGE), html(site, "reference/python.md")
    names = {f"{module}.{name}" for module, name in PUBLIC} - {"task_ledger.__version__"}
    assert {name for name in names if f'id="{name}"' not in page} == set()
    errors = {name for name in names if f'href="api.html#{name}"' not in index}
    assert all(re.fullmatch(r"task_ledger\.[A-Z]\w+", name) for name in errors)


def test_a_promise_of_the_readme_leads_to_the_line_of_its_test(site: Path) -> None:
    links = re.findall(r'href="(source/tests/[^"#]+)#([^"]+)">(test_\w+)<', html(site, "index.md"))
    assert len(links) >= 20
    for path, anchor, name in links:
        line = re.search(rf'id="{anchor}".*', (site / path).read_text(encoding="utf-8"))
        assert line is not None
        assert name in re.sub(r"<[^>]+>", "", line[0])


def test_it_can_be_searched_for_pages_and_not_for_sources(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    found = {entry["location"].partition("#")[0] for entry in index["docs"]}
    assert {"how-to/write-a-task.html", "reference/api.html"} <= found
    assert [place for place in found if place.startswith("source/")] == []


def test_a_reader_finds_a_page_by_a_word(address: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{address}/index.html")
    page.get_by_placeholder("Search").click()
    page.keyboard.type("quarantine")
    page.locator(".md-search-result__link[href*='operate.html']").first.wait_for()
    page.close()


def test_llms_txt_lists_every_page_as_markdown(site: Path) -> None:
    listed = re.findall(r"^- \[.+\]\((.+)\)$", (site / "llms.txt").read_text(), re.MULTILINE)
    assert set(listed) == set(PAGES.values())
    assert [place for place in listed if not (site / place).read_text().strip()] == []


def test_its_diagrams_are_drawn_and_nothing_comes_from_elsewhere(
    address: str, browser: Browser
) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for source, place in PAGES.items():
        text = (REPOSITORY / source).read_text(encoding="utf-8")
        diagrams = [text for language, text in fences(text) if language == "mermaid"]
        if diagrams:
            page.goto(f"{address}/{place.removesuffix('.md')}.html")
            page.wait_for_selector("div.mermaid")
            for diagram in diagrams:
                assert page.evaluate("text => mermaid.parse(text)", diagram)
    assert {url for url in asked if not url.startswith((address, "data:"))} == set()
    assert len(asked) > 3


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(("scheme", "theme"), [("light", "default"), ("dark", "slate")])
def test_it_follows_the_system_s_theme_and_fits_the_screen(
    address: str, browser: Browser, scheme: Any, theme: str, width: int
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    for place in ("index", "reference/api", "decisions/index"):
        page.goto(f"{address}/{place}.html")
        assert page.locator("body").get_attribute("data-md-color-scheme") == theme
        assert page.evaluate("document.documentElement.scrollWidth") == width
    context.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a](missing.md)", "'missing.md', but the target is not found"),
        ("[a](#missing)", "contains a link '#missing'"),
        ("[a](/index.md)", "an absolute link '/index.md'"),
        ("# Here\n[a](#here)", None),
    ],
    ids=["page", "anchor", "absolute", "none"],
)
def test_a_broken_link_fails_the_build(tmp_path: Path, text: str, said: str | None) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(text, encoding="utf-8")
    config = tmp_path / "mkdocs.yml"
    config.write_text(
        f"INHERIT: {REPOSITORY / 'mkdocs.yml'}\ndocs_dir: docs\nnav: [index.md]\nhooks: []\n"
        "plugins: []\nextra_css: []\n",
        encoding="utf-8",
    )
    done = build(config, tmp_path / "site")
    assert (done.returncode == 0) == (said is None), done.stdout + done.stderr
    assert (said or "") in done.stderr


def test_a_link_to_a_file_that_is_no_page_leads_to_its_source() -> None:
    text = "[a](../schema/order.txt) `[b](c)` ![d](images/task.png)\n```text\n[e](f.md)\n```\n"
    assert with_links(text, "docs/design.md") == (
        f"[a]({source_page('schema/order.txt')}) `[b](c)` ![d](images/task.png)"
        "\n```text\n[e](f.md)\n```\n"
    )
