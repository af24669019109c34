"""Whole tasks, from their enqueuer's transaction to their durable end, against other systems."""
