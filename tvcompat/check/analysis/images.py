"""Images and tensors: which expressions certainly make one, as far as names, annotations and calls tell."""

import ast
from typing import Callable, Optional, Tuple

from tvcompat.check.analysis.values import Made, Ref, Value, alternatives, last_name

TENSOR, IMAGE = "torch.Tensor", "PIL.Image.Image"

# Classes by the name that annotations and `isinstance` give them. An image of `tv_tensors` is a tensor.
TYPES = {
    IMAGE: IMAGE,
    **dict.fromkeys(
        ("torch.Tensor", "torch.FloatTensor", "torch.ByteTensor", "torchvision.tv_tensors.Image",
         "torchvision.tv_tensors.Video", "torchvision.tv_tensors.Mask", "torchvision.datapoints.Image"),
        TENSOR,
    ),
}  # fmt: skip

# Words without which an annotation names none of them.
NAMING = ("Tensor", "Image", "Video", "Mask")

# Functions of torch, and of its functional modules, that return a tensor.
MAKING_TENSORS = frozenset(
    {
        *("zeros", "ones", "rand", "randn", "randint", "empty", "full", "arange", "linspace", "eye", "tensor", "stack"),
        *("cat", "concat", "from_numpy", "as_tensor", "zeros_like", "ones_like", "rand_like", "randn_like", "tile"),
        *("full_like", "empty_like", "clamp", "where", "flip", "roll", "permute", "squeeze", "unsqueeze", "sigmoid"),
        *("interpolate", "pad", "relu", "softmax", "normalize", "grid_sample", "conv2d", "avg_pool2d", "max_pool2d"),
    }
)

# Methods of a tensor that return one.
KEEPING = frozenset(
    {
        *("unsqueeze", "permute", "float", "reshape", "view", "contiguous", "squeeze", "to", "cuda", "cpu", "detach"),
        *("clone", "half", "double", "byte", "int", "long", "type", "expand", "repeat", "transpose", "flip", "clamp"),
        *("clamp_", "mul", "div", "add", "sub", "mul_", "div_", "add_", "sub_", "flatten", "mean", "sum", "round"),
        *("requires_grad_", "repeat_interleave", "expand_as", "view_as", "type_as", "index_select", "new_zeros", "abs"),
        *("new_ones", "new_tensor", "sigmoid", "roll", "pow", "sqrt", "max_pool2d", "narrow", "movedim"),
    }
)

# Methods that no image has; arrays of numpy, which have the last two, are taken by no function that is followed.
OF_TENSORS_ALONE = frozenset({"unsqueeze", "permute", "float", "contiguous", "reshape", "view"})

# Transforms by what they make of what they are called with, and functions that return an image of the kind they take.
CONVERTING = {"ToTensor": TENSOR, "PILToTensor": TENSOR, "ToImage": TENSOR, "ToImageTensor": TENSOR}
CONVERTING["ToPILImage"] = IMAGE
SAME_KIND = frozenset(
    {
        *("crop", "center_crop", "resize", "resized_crop", "pad", "hflip", "vflip", "rotate", "affine", "perspective"),
        *("adjust_brightness", "adjust_contrast", "adjust_gamma", "adjust_hue", "adjust_saturation", "gaussian_blur"),
        *("adjust_sharpness", "autocontrast", "equalize", "invert", "posterize", "solarize", "rgb_to_grayscale"),
        *("normalize", "convert_image_dtype", "erase", "horizontal_flip", "vertical_flip", "to_dtype"),
    }
)


# What makes an image of PIL: functions of `PIL.Image`, and methods of an image.
MAKING_PIL = frozenset(
    {
        *("open", "new", "fromarray", "frombytes", "merge", "blend", "composite", "Image", "convert", "copy", "crop"),
        *("resize", "rotate", "transpose", "filter", "point", "effect_spread", "quantize", "transform"),
    }
)

# Functions of torchvision that make images and tensors.
MAKING_IMAGES = {
    "to_pil_image": IMAGE,
    **dict.fromkeys(
        ("to_tensor", "pil_to_tensor", "to_image", "read_image", "decode_image", "decode_jpeg", "decode_png"), TENSOR
    ),
}


def kind_of(value: Optional[Value]) -> Optional[str]:
    """Return ``TENSOR`` or ``IMAGE`` where something certainly is one."""
    kinds = {_kind(each) for each in alternatives(value)}
    return kinds.pop() if len(kinds) == 1 else None


def _kind(value: Optional[Value]) -> Optional[str]:
    if not isinstance(value, Made):
        return None
    package, _, name = value.path.partition(".")
    last = name.rpartition(".")[2]
    if package == "torch":
        is_method = name.startswith("Tensor.") and last in KEEPING
        is_function = name in MAKING_TENSORS or (name.startswith("nn.functional.") and last in MAKING_TENSORS)
        return TENSOR if name == "Tensor" or is_method or is_function else None
    if package == "PIL":
        return IMAGE if last in MAKING_PIL else None
    return MAKING_IMAGES.get(last) if package == "torchvision" else None


def stated(annotation: Optional[ast.expr], known: Callable[[ast.expr], Optional[Value]]) -> Optional[Value]:
    """Return what an annotation says that a name is: an image or a tensor, ``None`` for anything else.

    Args:
        annotation: the annotation.
        known: what an expression stands for.
    """
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        text = annotation.value
        if not any(word in text for word in NAMING) or len(text) > 200:
            return None
        try:
            annotation = ast.parse(text, mode="eval").body
        except SyntaxError:
            return None
    if isinstance(annotation, ast.Subscript) and last_name(annotation.value) == "Optional":
        return stated(annotation.slice, known)
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        sides = [annotation.left, annotation.right]
        rest = [side for side in sides if not (isinstance(side, ast.Constant) and side.value is None)]
        return stated(rest[0], known) if len(rest) == 1 else None
    if last_name(annotation or ast.Pass()).endswith(NAMING) and isinstance(annotation, (ast.Name, ast.Attribute)):
        found = known(annotation)
        kind = TYPES.get(found.path) if isinstance(found, Ref) else None
        return None if kind is None else Made(kind)
    return None


def tested(test: ast.expr, known: Callable[[ast.expr], Optional[Value]]) -> Optional[Tuple[str, Value, bool]]:
    """Return what a condition tells of a name: the name, what it is, and whether where it holds or where it fails.

    ``isinstance(image, torch.Tensor)``, ``torch.is_tensor(image)``, and ``not`` before them.
    """
    holds = True
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, holds = test.operand, False
    if not isinstance(test, ast.Call) or not test.args or not isinstance(test.args[0], ast.Name):
        return None
    function, name = last_name(test.func), test.args[0].id
    if function == "isinstance" and len(test.args) == 2:
        made = stated(test.args[1], known)
        return None if made is None else (name, made, holds)
    if function == "is_tensor":
        return name, Made(TENSOR), holds
    return None
