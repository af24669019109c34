"""What the routes answer, one file for each kind."""
