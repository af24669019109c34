"""A load held: mixed traffic for half an hour with incidents, and a check that nothing grows."""
