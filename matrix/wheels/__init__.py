"""What the package index has, and the sources inside its wheels."""
