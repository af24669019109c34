"""The takeoff's HTTP API, a plug-in of the ledger's server. `services.api.app:serve` serves
both."""
