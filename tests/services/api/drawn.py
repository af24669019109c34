"""A drawing as the workers leave it: a page with its image, and what was measured on it."""

import io
from typing import Any
from uuid import UUID

import psycopg
import uuid_utils.compat
from PIL import Image
from psycopg.types.json import Jsonb

from services.settings import TakeoffSettings
from takeoff.storage import Storage, document_key, open_storage, page_image_key
from takeoff.terms import ContentType
from task_ledger.ops.settings import Settings


def storage_of(settings: Settings) -> Storage:
    """Where the application with these settings keeps its files."""
    return open_storage(TakeoffSettings().storage(settings.var_dir))


def draw_page(
    owner: psycopg.Connection[Any], storage: Storage, project: str, width: int, height: int
) -> UUID:
    """A page of a new document of `project`: white, calibrated, with its image stored."""
    document_id, page_id = uuid_utils.compat.uuid7(), uuid_utils.compat.uuid7()
    key = page_image_key(document_id, 1, 150)
    written = io.BytesIO()
    Image.new("L", (width, height), 255).save(written, "PNG")
    storage.put(key, [written.getvalue()])
    owner.execute(
        "INSERT INTO takeoff.document (id, project_id, file_name, content_type, sha256, size_bytes,"
        " storage_key, page_count, uploaded_by)"
        " VALUES (%s, %s, 'A.pdf', 'application/pdf', repeat('0', 64), 1, %s, 1, 'ops')",
        (document_id, project, document_key(document_id, ContentType.PDF)),
    )
    owner.execute(
        "INSERT INTO takeoff.page (id, document_id, number, image_key, width_px, height_px, dpi,"
        " width_in, height_in, sheet_number, title, scale_text, scale_value, scale_unit,"
        " calibrated) VALUES (%s, %s, 1, %s, %s, %s, 150, %s / 150.0, %s / 150.0, 'A-101',"
        " 'FIRST FLOOR', '1/8\" = 1''-0\"', 18.75, 'ft', true)",
        (page_id, document_id, key, width, height, width, height),
    )
    return page_id


def measure_slab(
    owner: psycopg.Connection[Any],
    page_id: UUID,
    condition_id: UUID,
    unit: str = "SF",
    confidence: float = 0.9,
) -> None:
    """One rectangle on a page, measured for a condition of areas."""
    geometry = {"points": [[10, 10], [110, 10], [110, 60], [10, 60]]}
    owner.execute(
        "INSERT INTO takeoff.measurement (id, page_id, condition_id, geometry_type, geometry,"
        " quantity, unit, pixel_length, pixel_area, confidence, provider, model)"
        " VALUES (gen_random_uuid(), %s, %s, 'polygon', %s, 5000 / 18.75 ^ 2, %s, 300, 5000, %s,"
        " 'local', 'vectors')",
        (page_id, condition_id, Jsonb(geometry), unit, confidence),
    )
