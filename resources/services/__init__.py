"""The verbs of 资源整合, one module per aggregate."""
