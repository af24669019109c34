"""The web page: the files that the build of services/web leaves, and signing in."""
