"""Streams an upload from the request to the storage without holding it in memory."""
