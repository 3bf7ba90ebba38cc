"""The measured files in `matrix/records`."""
