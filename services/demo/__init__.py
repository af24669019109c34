"""What the takeoff adds to the command line: its demonstration, its sample project, its worker."""
