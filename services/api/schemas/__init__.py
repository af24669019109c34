"""Models of API responses."""
