"""Accounts: who someone is, and how they sign in."""
