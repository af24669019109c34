"""The child process that reads images; started by :mod:`takeoff.ocr.recogniser` only."""
