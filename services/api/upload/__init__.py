"""Taking an upload from the wire to the storage without ever holding it in memory."""
