"""The takeoff's commands: demonstration, sample project, worker."""
