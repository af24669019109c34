"""Appends from Python threads, against a popular event store on the same server."""
