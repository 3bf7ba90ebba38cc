"""The run-time layer over the installed torchvision: models, weights and checkpoints of the newest release."""
