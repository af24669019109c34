"""Measures the ledger's cost against peers on the same servers: `python -m bench`."""
