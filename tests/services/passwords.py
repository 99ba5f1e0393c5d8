"""Passwords that cost nothing, so a test may create many people."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class CheapArgon2(Argon2PasswordHasher):
    time_cost = 1  # passes
    memory_cost = 8  # KiB
    parallelism = 1
