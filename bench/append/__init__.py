"""Whole tasks through the ledger's functions, against bare INSERTs of the same rows."""
