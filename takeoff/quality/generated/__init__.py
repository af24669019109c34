"""Randomly drawn sheets with known number, title and scale, and the evaluation of reading them."""
