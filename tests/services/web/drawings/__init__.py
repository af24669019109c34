"""The drawings view: what is uploaded once for the folder ends with it."""
