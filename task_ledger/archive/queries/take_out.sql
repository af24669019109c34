-- Removes a month from the database.
-- Returns: nothing.
-- Arguments: bucket; archive, events and root, of its archive; actor.
-- Usage: task_ledger.archive.retiring.
SELECT task_ledger.retire_bucket(%(bucket)s, %(archive)s, %(events)s, %(root)s, %(actor)s)
