"""What is done with images, uploads and files beyond keeping one."""
