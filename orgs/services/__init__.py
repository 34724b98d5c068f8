"""The verbs of 组织准备, one module per aggregate."""
