"""What a worker's main process does: leases, requests, consumers, queues."""
