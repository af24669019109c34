"""Run on one machine without servers: embedded PostgreSQL and Valkey, supervisor, watchdog."""
