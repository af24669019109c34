"""OpenTelemetry spans of the ledger's own work; OpenTelemetry is imported only if they are on."""
