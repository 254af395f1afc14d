"""All I/O with the API server: detection, evidence, applying, recording. Decisions live in the layers below."""
