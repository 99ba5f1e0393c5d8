"""Linked social accounts. What Google and the others know this server by is in the database."""

from .env import IS_PRIVATE, env

# On a private machine there is one more provider, where anybody can be anybody. Another name of
# the machine than people open it by, so that browsers take it for another site.
EXAMPLE_PROVIDER = (
    f"http://127.0.0.1:{env.int('PORT', default=8000)}/dev/provider" if IS_PRIVATE else None
)
