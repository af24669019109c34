"""A worker's main process: leases, requests, consumers, queues."""
