"""The played server, the two SDKs asking it, and the image of a sheet."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from takeoff.providers import Provider, ProviderSettings, Sheet, choose
from tests.takeoff.providers.drawings import HIGH, WIDE
from tests.takeoff.providers.provider_server import ProviderServer, provider_server

KEY = "sk-tell-nobody-4711"


@pytest.fixture
def server() -> Iterator[ProviderServer]:
    """The played server."""
    with provider_server() as running:
        yield running


@pytest.fixture(params=["openai", "anthropic"])
def provider(request: pytest.FixtureRequest, server: ProviderServer) -> Provider:
    """A provider that asks the played server, by each SDK in turn."""
    settings = ProviderSettings.model_validate(
        {
            "ai_timeout_s": 0.5,
            "openai_api_key": KEY,
            "openai_model": "seer-o",
            "openai_base_url": f"{server.address}/v1",
            "anthropic_api_key": KEY,
            "anthropic_model": "seer-a",
            "anthropic_base_url": server.address,
        }
    )
    return choose(request.param, settings)


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    """A blank page of 5400 x 3600 pixels at 37.5 pixels per foot."""
    image = tmp_path / "page.png"
    Image.new("L", (5400, 3600), 255).save(image)
    return Sheet(image, 5400, 3600, None, 1, (), 1 / 37.5)


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[[Callable[[Canvas], None]], Path]:
    """Draws on a sheet of 17 x 11 in, in points."""

    def draw(body: Callable[[Canvas], None]) -> Path:
        path = tmp_path / "drawn.pdf"
        canvas = Canvas(str(path), pagesize=(WIDE, HIGH))
        canvas.setFont("Helvetica", 10)
        body(canvas)
        canvas.save()
        return path

    return draw
