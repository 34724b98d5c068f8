"""Hashes the demo's passwords, which its first page prints: no secret, so no cost. Real installations never see it."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class PublicPasswordHasher(Argon2PasswordHasher):
    """Argon2 at its cheapest; a demo with thirty people starts twelve seconds earlier."""

    time_cost = 1
    memory_cost = 1024
    parallelism = 1
