"""How the nouns of 议事协调 look from outside, and what their verbs accept; one module for each aggregate."""
