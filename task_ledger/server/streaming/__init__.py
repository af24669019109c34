"""What is asked for all clients at once: changes of tasks, and new entries of timelines."""
