"""REST door of 资源整合: demands demand-layers."""
