"""What the ledger costs, measured against peers on the same servers: `python -m bench`."""
