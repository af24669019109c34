"""The takeoff's part in the HTTP API. `services.api.app:serve` is the whole of it."""
