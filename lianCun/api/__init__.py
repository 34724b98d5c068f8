"""The REST root: each app's resources side by side, and what belongs to the product as a whole."""
