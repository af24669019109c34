"""What the API answers with, as pydantic models."""
