"""The page for browsers, rendered on the server; it asks the same functions as the routes."""
