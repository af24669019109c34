"""The child process that draws marks over the pages of a document."""
