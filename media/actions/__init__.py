"""What is done with images and uploads."""
