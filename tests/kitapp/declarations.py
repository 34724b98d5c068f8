"""What the test app registers with kit."""
