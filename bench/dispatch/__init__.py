"""From a committed task to its message in the broker, and to its body, against `apply_async`."""
