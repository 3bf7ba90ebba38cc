"""Calls that type checkers have to refuse, each line of them."""

from tvcompat import get_model, get_model_weights, get_weight, list_models

get_model()
get_model(50)
get_model_weights("resnet50").IMAGENET1K_V9
get_weight("ResNet18_Weights.IMAGENET1K_V1").address
list_models(modules="detection")
list_models(release=12)
