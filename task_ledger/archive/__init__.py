"""Retiring months: a month of finished tasks is archived, verified, and leaves the database.

`retiring` has the steps, `documents` the archive's format. Needs the extra `seal`.
`docs/how-to/retire.md` describes the commands.
"""
