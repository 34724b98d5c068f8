"""The pages of 资源整合: 报需求, 需求进度, and each step of a demand."""
