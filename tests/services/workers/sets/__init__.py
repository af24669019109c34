"""Whole sets of pages, processed in one request."""
