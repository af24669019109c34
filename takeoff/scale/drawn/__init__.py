"""The child process that reads lines and measuring viewports from a PDF; started by
:mod:`takeoff.scale.vector_layer` only.
"""
