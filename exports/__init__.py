"""Event archives out and in, feeds, and reports."""
