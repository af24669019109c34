"""Retire months: archive and verify a month of finished tasks, then remove it from the database.

`retiring` has the steps, `documents` the archive's format. Needs the extra `seal`.
`docs/how-to/retire.md` describes the commands.
"""
