"""Real servers for the tests: what they are run against is what production runs on."""
