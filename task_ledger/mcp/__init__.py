"""Answers about tasks for assistants, over the Model Context Protocol: reads, and nothing else."""
