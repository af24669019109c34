"""Registering thousands of tasks at once, beside bare INSERTs of the same rows."""
