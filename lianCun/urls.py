"""The address plan: pages at /, admin at /admin/, REST at /api/v1/."""

urlpatterns: list = []
