"""Shared polling for all clients: changes of tasks and new timeline entries."""
