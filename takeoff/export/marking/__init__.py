"""The child process that draws measurements on the pages of a document."""
