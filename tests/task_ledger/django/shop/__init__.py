"""An application of Django with rows to write."""
