"""The projector that is behind, and what it folds written by COPY alone."""
