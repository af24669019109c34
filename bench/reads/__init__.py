"""Measures what the page and other clients read, over HTTP, at several sizes of the log."""
