"""The models of API responses, one file for each kind."""
