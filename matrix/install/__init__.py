"""Real installs: interpreters, environments, and what is run inside them."""
