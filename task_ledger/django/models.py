"""No models: the ledger's tables are not Django's. Django sends `pre_migrate` only for apps with
this module."""
