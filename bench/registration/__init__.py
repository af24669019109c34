"""Compares registering thousands of tasks at once with bare INSERTs of the same rows."""
