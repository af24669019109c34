"""Commands of `manage.py`, each named `ledger_…`."""
