"""Prometheus metrics of the ledger, read from its database by one process for all."""
