"""The floors: what the same work costs with nothing of the product in it. A page of code each."""
