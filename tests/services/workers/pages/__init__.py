"""What is done to pages: one system for the folder, which ends with it."""
