"""A database as large as months of use make it, filled in seconds."""
