"""What the database that this folder's tests of plans share is filled with."""

PROJECTS = 2
PROJECT = "project-2"
TASKS = 12_000
"""Of each project, four events each."""

MONTHS = 46
PARTITIONS = 60
"""One for each of these months, for this one and the twelve to come, and one for UUIDv4s."""
