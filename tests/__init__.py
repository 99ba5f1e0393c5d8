"""The suite, laid out like the apps. `make test` runs it, `pytest tests/events` a part of it."""
