"""The child process that reads the text layer; started by :mod:`takeoff.text_layer` only."""
