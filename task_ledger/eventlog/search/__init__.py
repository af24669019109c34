"""The query language: which tasks are wanted, in one line of text."""
