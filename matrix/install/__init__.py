"""Real installs: interpreters, environments, and what runs inside them."""
