"""Settings, migrations, logs and metrics of every process."""
