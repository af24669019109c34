"""The sample domain: drawings are uploaded, split into pages, read, scaled and measured.

Knows nothing of the ledger, of Celery or of HTTP.
"""
