"""Tests of every registered resource: a new one is tested by being registered."""
