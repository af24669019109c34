"""One attempt, in the process that runs the task's body."""
