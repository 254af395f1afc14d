"""A one-node Kubernetes cluster for development and tests: see docs/local-cluster.md."""
