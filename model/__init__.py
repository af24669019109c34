"""The protocol as models for the checker Spin, and what runs them: see docs/model.md."""
