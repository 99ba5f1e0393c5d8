"""What the product does with accounts: the writes that are more than a save."""
