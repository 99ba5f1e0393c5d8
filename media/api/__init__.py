"""Endpoints: public files."""
