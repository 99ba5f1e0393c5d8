"""Endpoints: taking an event out, bringing one in, and how that went."""
