"""Sheets drawn by chance, whose number, title and scale are known, and what is read off them."""
