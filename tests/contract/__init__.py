"""What the v1 contract says of each resource, and tests that the server keeps to it."""
