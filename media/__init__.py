"""Files: where they are kept, and how they reach whoever may have them."""
