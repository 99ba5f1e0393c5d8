"""What the product does with events: the writes that are more than a save."""
