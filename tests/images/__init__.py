"""The image functions of ``torchvision.io`` beside those of TorchCodec, on generated image files."""
