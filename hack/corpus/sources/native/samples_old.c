int samples_version(void) { return 1; }
