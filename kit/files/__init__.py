"""Private files: stored outside the web root, handed out only to those who may read what they belong to."""
