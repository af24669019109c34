"""Chaos: a load of tasks on the real stack, faults by a seeded schedule, and a check by SQL."""
