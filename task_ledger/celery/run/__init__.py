"""Running one attempt, in the process that runs the task's body."""
