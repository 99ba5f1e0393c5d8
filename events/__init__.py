"""Events, the roles on them, and their programme."""
