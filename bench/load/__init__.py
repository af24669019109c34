"""Fills a database with months of data in seconds."""
