"""From an event's commit to the moment when lists show it."""
