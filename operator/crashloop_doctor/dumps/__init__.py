"""What people carry away from a cluster (pods in files, dumps, support bundles), read without trusting any of it."""
