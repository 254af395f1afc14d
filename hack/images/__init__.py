"""Container images made from Debian packages, wheels and a Go build, without a container engine."""
