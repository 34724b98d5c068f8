"""The REST contract shared by all apps: one style, so that a client written for one resource works for all."""
