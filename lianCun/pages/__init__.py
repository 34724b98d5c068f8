"""Pages of the whole product that belong to no mechanism."""
