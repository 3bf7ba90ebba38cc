"""The run-time shim: models, weights and checkpoints of the newest release on the installed torchvision."""
