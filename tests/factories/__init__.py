"""Rows for tests: a file for each app, nothing surprising in them."""
