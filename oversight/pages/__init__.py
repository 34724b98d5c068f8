"""The pages of 运行保障: the dashboard, and the rows behind each of its numbers."""
