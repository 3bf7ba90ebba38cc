"""Programs that override hooks and use members, what they give in real installs, and what the checker says of them."""
