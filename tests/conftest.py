"""What every test shares: a real PostgreSQL database used as the web role, and the standing cast."""

pytest_plugins = ["tests.database", "tests.cast"]
