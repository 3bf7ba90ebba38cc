"""The image functions of ``torchvision.io``, which torchvision 0.29 deprecates, and what TorchCodec has for them.

``facts`` holds what was measured on image files, ``calls`` writes a call as TorchCodec has it.
"""
