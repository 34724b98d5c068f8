"""How the product is installed, started and kept: launcher for one machine, units and examples for servers."""
