"""What the product does with archives, feeds and reports."""
