"""Compares a projector's catch-up with writing the same rows by COPY alone."""
