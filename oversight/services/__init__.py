"""Verbs of 运行保障."""
