"""What is sold and given away at events: tickets, and what teams call groups of them."""
