"""What `task-ledger doctor` looks at: one file for each kind of thing."""
