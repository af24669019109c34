"""The child process that renders pages; started by :mod:`takeoff.render` only."""
