"""Measures whole tasks, from the enqueuer's transaction to the durable end, against peers."""
