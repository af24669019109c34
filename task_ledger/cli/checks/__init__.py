"""The checks of `task-ledger doctor`, one file for each subject."""
