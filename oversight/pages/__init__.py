"""The pages of 运行保障: the dashboard with the rows behind its numbers, notifications, 投诉建议."""
