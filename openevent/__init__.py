"""The project: its settings, what every app stands on, and how the apps are tied together."""

__version__ = "0.1.0"
