"""The HTTP API and its page. `services.api.app:serve` is the application factory."""
