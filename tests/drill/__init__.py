"""Backups under load, restored as the guide says; what heals is counted by queries of its own."""
