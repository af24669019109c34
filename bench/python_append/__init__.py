"""Compares appending from Python threads with a popular event store on the same server."""
