"""The HTTP API and its page. `services.api.app:create_app` is the application factory."""
