"""The wheels on the package index, and the sources inside them."""
