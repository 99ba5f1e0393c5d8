"""What the product does with tickets: the writes that are more than a save."""
