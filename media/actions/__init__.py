"""What is done with files beyond keeping one."""
