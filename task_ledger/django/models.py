"""No models: the ledger's tables are its own, and Django calls signals only for apps with this."""
