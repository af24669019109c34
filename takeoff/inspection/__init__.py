"""The child process that opens an uploaded file; started by :mod:`takeoff.intake` only."""
