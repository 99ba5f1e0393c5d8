"""PostgreSQL and Valkey as private children, for a laptop and for the tests."""
