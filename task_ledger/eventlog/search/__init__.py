"""The query language: selects tasks with one line of text."""
