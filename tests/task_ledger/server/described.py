"""What holds for every route of an application, whatever plugins it has."""

import re
from collections.abc import Set
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient


def paths_of(app: FastAPI) -> list[tuple[str, str]]:
    """Method and path of every route."""
    found: list[tuple[str, str]] = []

    def collect(routes: list[Any]) -> None:
        for route in routes:
            inner = getattr(route, "original_router", None) or getattr(route, "router", None)
            if inner is not None:
                collect(inner.routes)
            elif getattr(route, "methods", None):
                found.extend((method, route.path) for method in route.methods)

    collect(list(app.routes))
    return found


def refuses_strangers(client: TestClient, open_to_all: Set[str]) -> None:
    """Check that every route but these answers 401 to no token and to a wrong one."""
    app = client.app
    assert isinstance(app, FastAPI)
    for method, path in paths_of(app):
        if path in open_to_all:
            continue
        for headers in ({}, {"Authorization": "Bearer tl_wrong"}, {"Authorization": "Basic eDp5"}):
            answer = client.request(method, _filled(path), headers=headers)
            assert answer.status_code == 401, (method, path, headers)
            assert answer.headers["www-authenticate"] == "Bearer"


def _filled(path: str) -> str:
    for name in re.findall(r"\{(\w+_id)\}", path.replace("{project_id}", "")):
        path = path.replace(f"{{{name}}}", "0199c0de-0000-7000-8000-000000000000")
    return path.replace("{project_id}", "tower-a")


def declares_every_problem(document: dict[str, Any]) -> None:
    """Check that an OpenAPI document describes every answer, and problems as problems."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for status, response in operation["responses"].items():
                where = f"{method} {path} {status}"
                assert response["description"], where
                if path.startswith("/api/") and int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], where
            if path.startswith("/api/"):
                assert operation["security"], path
                assert {"400", "401", "500", "503"} <= operation["responses"].keys(), path
    assert "HTTPValidationError" not in document["components"]["schemas"]
