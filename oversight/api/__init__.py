"""The REST doors of 运行保障."""
