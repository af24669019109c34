"""The log in PostgreSQL: append, read, list, verify, export and import."""
