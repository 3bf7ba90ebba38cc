"""What a release's sources say, read without running them."""
