"""The lab: a cluster with the doctor installed and patients on it, for the demo and the tests on a real kubelet."""
