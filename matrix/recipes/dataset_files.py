"""Small data sets in the formats that ``torchvision.datasets`` reads, written into new folders.

Everything public here is a name that a recipe may use. Functions are named for the class that reads what they write,
and return the ``root`` that it is given.

Many classes compare the MD5 of a file with that of the real data. Where that is so, the function that writes such files
also has every MD5 taken for right until the recipe is over: see :func:`_take_for_genuine`.
"""

import bz2
import gzip
import io
import json
import lzma
import os
import pathlib
import pickle
import struct
import tarfile
import zipfile
from fractions import Fraction  # noqa: F401 # for recipes: what functions of films take
from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy
import torch
from PIL import Image as _Image

from . import inputs
from .image_files import gif, png
from .inputs import array, folder, pil


def path(text: str) -> Any:
    """Return a path as ``pathlib.Path``."""
    return pathlib.Path(text)


def short(value: Any) -> Any:
    """Return the same with paths as seen from the folder that a recipe made, ``Path`` around those that are no text."""
    if isinstance(value, pathlib.Path):
        return f"Path({short(str(value))})"
    if isinstance(value, str):
        for root in inputs.folders():
            if value == root or value.startswith(root + os.sep):
                return os.path.relpath(value, root).replace(os.sep, "/")
    if isinstance(value, dict):
        return {short(key): short(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return type(value)(short(item) for item in value)
    return value


def ordered(value: Any) -> Any:
    """Return the same with dictionaries in the order of their keys: some are built from sets, whose order is random."""
    if isinstance(value, dict):
        return {key: ordered(value[key]) for key in sorted(value)}
    return type(value)(map(ordered, value)) if type(value) in (list, tuple) else value


def contents(dataset: Any) -> Dict[str, Any]:
    """Return what is in a data set: how many items, the first one, and what it says of classes and targets."""
    found = {"length": len(dataset), "first": short(dataset[0])}
    for name in ("classes", "class_to_idx", "targets", "labels"):
        if hasattr(dataset, name):
            found[name] = getattr(dataset, name)
    return found


def written(root: str, name: str, content: Any) -> str:
    """Write a file below a folder: an image, text, bytes or a tensor of bytes. Returns its path."""
    place = os.path.join(root, *name.split("/"))
    os.makedirs(os.path.dirname(place), exist_ok=True)
    if hasattr(content, "save"):
        content.save(place)
        return place
    if isinstance(content, torch.Tensor):
        content = bytes(content.tolist())
    with open(place, "wb") as stream:
        stream.write(content.encode() if isinstance(content, str) else content)
    return place


def _take_for_genuine() -> None:
    """Have every MD5 of a file taken for that of the real data, until the recipe is over."""
    from torchvision.datasets import utils

    inputs.replaced(utils, "check_md5", lambda *_, **__: True)


# ---------------------------------------------------------------------------------------------------------------------
# Numbers in files of their own


def idx(values: Any, element: str = "u1") -> bytes:
    """Return an array in the format of MNIST, whose numbers are big-endian: ``u1``, ``i1``, ``i2``, ``i4``, ``f4``."""
    kinds = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}
    values = numpy.asarray(values)
    head = struct.pack(f">BBBB{values.ndim}I", 0, 0, kinds[element], values.ndim, *values.shape)
    return head + bytes(values.astype(">" + element).tobytes())


def _digits(count: int, seed: int = 0) -> Any:
    return numpy.stack([array(28, 28, 1, seed=seed + number)[..., 0] for number in range(count)])


def mnist_files(name: str = "MNIST", processed: bool = False) -> str:
    """Write five training and three test images of MNIST, packed and unpacked, or as the ``.pt`` files of old."""
    _take_for_genuine()
    root = folder()
    for part, count in (("train", 5), ("t10k", 3)):
        images, labels = _digits(count, count), numpy.arange(count) * 3 % 10
        if processed:
            file = "training.pt" if part == "train" else "test.pt"
            _processed(root, f"{name}/processed/{file}", images, labels)
            continue
        for kind, values in (("images-idx3", images), ("labels-idx1", labels)):
            file = f"{name}/raw/{part}-{kind}-ubyte"
            written(root, file, idx(values))
            written(root, file + ".gz", gzip.compress(idx(values)))
    return root


def emnist_files(split: str = "letters", processed: bool = False) -> str:
    """Write five training and three test images of one split of EMNIST, or the ``.pt`` files of old."""
    root = folder()
    for part, count in (("train", 5), ("test", 3)):
        images, labels = _digits(count), numpy.arange(count) + 1
        if processed:
            name = "training" if part == "train" else "test"
            _processed(root, f"EMNIST/processed/{name}_{split}.pt", images, labels)
            continue
        file = f"EMNIST/raw/emnist-{split}-{part}-{{}}-ubyte"
        written(root, file.format("images-idx3"), idx(images))
        written(root, file.format("labels-idx1"), idx(labels))
    return root


def qmnist_files(processed: bool = False) -> str:
    """Write five training and three test images of QMNIST, or the ``.pt`` files of old."""
    root = folder()
    for part, count in (("train", 5), ("test", 3)):
        images, labels = _digits(count), numpy.arange(8 * count).reshape(-1, 8)
        if processed:
            _processed(root, f"QMNIST/processed/{part}.pt", images, labels)
            continue
        written(root, f"QMNIST/raw/qmnist-{part}-images-idx3-ubyte", idx(images))
        written(root, f"QMNIST/raw/qmnist-{part}-labels-idx2-int", idx(labels, "i4"))
    return root


def _processed(root: str, name: str, images: Any, labels: Any) -> None:
    """Write images and labels as torchvision kept them before 0.11."""
    stream = io.BytesIO()
    torch.save((torch.from_numpy(images), torch.from_numpy(labels)), stream)
    written(root, name, stream.getvalue())


def moving_mnist_files() -> str:
    """Write two films of MovingMNIST, 20 frames each."""
    root = folder()
    os.makedirs(os.path.join(root, "MovingMNIST"))
    frames = numpy.stack([numpy.stack([array(16, 16, 1, seed=each)[..., 0]] * 2) for each in range(20)])
    numpy.save(os.path.join(root, "MovingMNIST", "mnist_test_seq.npy"), frames)
    return root


def cifar10_files() -> str:
    """Write two images of each batch of CIFAR10."""
    _take_for_genuine()
    root = folder()
    for number, name in enumerate([f"data_batch_{each}" for each in range(1, 6)] + ["test_batch"]):
        data = numpy.stack([array(32, 32, seed=2 * number + each).transpose(2, 0, 1).reshape(-1) for each in range(2)])
        written(root, "cifar-10-batches-py/" + name, pickle.dumps({"data": data, "labels": [number, 9 - number]}, 2))
    names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    written(root, "cifar-10-batches-py/batches.meta", pickle.dumps({"label_names": names}, 2))
    return root


def cifar100_files() -> str:
    """Write three training and three test images of CIFAR100."""
    _take_for_genuine()
    root = folder()
    for seed, name in enumerate(["train", "test"]):
        data = numpy.stack([array(32, 32, seed=3 * seed + each).transpose(2, 0, 1).reshape(-1) for each in range(3)])
        content = {"data": data, "fine_labels": [49, 33, 72], "coarse_labels": [10, 10, 0]}
        written(root, "cifar-100-python/" + name, pickle.dumps(content, 2))
    names = [f"class {number}" for number in range(100)]
    written(root, "cifar-100-python/meta", pickle.dumps({"fine_label_names": names}, 2))
    return root


def stl10_files() -> str:
    """Write two images of each part of STL10, and folds of one image each."""
    _take_for_genuine()
    root = folder()
    for seed, name in enumerate(["train", "unlabeled", "test"]):
        data = numpy.stack([array(96, 96, seed=2 * seed + each).transpose(2, 1, 0) for each in range(2)])
        written(root, f"stl10_binary/{name}_X.bin", data.tobytes())
        if name != "unlabeled":
            written(root, f"stl10_binary/{name}_y.bin", bytes([3, 10]))
    names = ["airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck"]
    written(root, "stl10_binary/class_names.txt", "\n".join(names) + "\n")
    written(root, "stl10_binary/fold_indices.txt", "".join(f"{each % 2} \n" for each in range(10)))
    return root


def usps_files() -> str:
    """Write three training and two test images of USPS."""
    root = folder()
    for name, count in (("usps.bz2", 3), ("usps.t.bz2", 2)):
        lines = []
        for number in range(count):
            values = array(16, 16, 1, seed=number)[..., 0].reshape(-1) / 127.5 - 1
            pairs = [f"{place + 1}:{value:.4f}" for place, value in enumerate(values)]
            lines.append(" ".join([str(3 * number + 1), *pairs]) + "\n")
        written(root, name, bz2.compress("".join(lines).encode()))
    return root


def semeion_files() -> str:
    """Write two images of SEMEION."""
    _take_for_genuine()
    root = folder()
    lines = []
    for number in range(2):
        pixels = array(16, 16, 1, seed=number)[..., 0].reshape(-1) > 128
        label = [str(int(each == 7 * number)) for each in range(10)]
        lines.append(" ".join([f"{float(each):.4f}" for each in pixels] + label) + " \n")
    written(root, "semeion.data", "".join(lines))
    return root


def fer2013_files(*names: str) -> str:
    """Write FER2013 as ``train.csv`` and ``test.csv``, or as ``fer2013.csv`` or ``icml_face_data.csv``."""
    _take_for_genuine()
    root = folder()
    for name in names or ("train.csv", "test.csv"):
        pixels = [" ".join(map(str, array(48, 48, 1, seed=each).reshape(-1).tolist())) for each in range(3)]
        usage = ("Training", "PublicTest", "PrivateTest")
        if name == "train.csv":
            lines = ["emotion,pixels"] + [f"{3 + each},{pixels[each]}" for each in range(3)]
        elif name == "test.csv":
            lines = ["pixels", *pixels]
        elif name == "fer2013.csv":
            lines = ["emotion,pixels,Usage"] + [f"{each},{pixels[each]},{usage[each]}" for each in range(3)]
        else:
            lines = ["emotion, Usage, pixels"] + [f"{each},{usage[each]},{pixels[each]}" for each in range(3)]
        written(root, "fer2013/" + name, "\n".join(lines) + "\n")
    return root


def phototour_files() -> str:
    """Write a bitmap with patches of PhotoTour's ``notredame``, and what says which ones match."""
    root = folder()
    written(root, "notredame/patches0000.bmp", pil(128, 128, "L"))
    written(root, "notredame/info.txt", "".join(f"{each // 2} 0\n" for each in range(4)))
    written(root, "notredame/m50_100000_100000_0.txt", "0 0 0 1 0 0 0\n1 0 0 2 1 0 0\n")
    return root


# ---------------------------------------------------------------------------------------------------------------------
# Images in folders


def is_first(file: str) -> bool:
    """Tell whether a file is called ``0``, for ``is_valid_file``."""
    return os.path.basename(file).startswith("0")


def with_empty_class() -> str:
    """Write two images of ``cat``, and a folder ``owl`` that has none."""
    root = inputs.class_folder(("cat",))
    os.makedirs(os.path.join(root, "owl"))
    return root


def nested_classes_of(kind: Any) -> Any:
    """Return a data set of images that are in folders of folders, among files that are no images."""
    root = folder()
    for name in ("cat/b/1.png", "cat/a/2.png", "cat/0.png", "dog/.hidden.png"):
        written(root, name, pil(8, 9))
    written(root, "cat/notes.txt", "")
    written(root, "readme.png", pil(8, 9))
    return kind(root)


def imagenet_files() -> str:
    """Write two images of ImageNet's ``val``, and the names of their classes."""
    root = folder()
    names = {"n01440764": ("tench", "Tinca tinca"), "n02102040": ("English springer",)}
    torch.save((names, sorted(names)), os.path.join(root, "meta.bin"))
    for number, name in enumerate(sorted(names)):
        written(root, f"val/{name}/ILSVRC2012_val_{number}.JPEG", pil(20, 24 + number))
    return root


def imagenette_files() -> str:
    """Write three images of Imagenette in 160 pixels."""
    root = folder()
    for number, name in enumerate(["train/n01440764", "train/n02102040", "val/n01440764"]):
        file = written(root, f"imagenette2-160/{name}/{number}.jpg", pil(20, 24 + number))
        os.rename(file, file[: -len("jpg")] + "JPEG")
    return root


def food101_files() -> str:
    """Write an image of each of two classes of Food101."""
    root = folder()
    for number, name in enumerate(["baklava", "apple_pie"]):
        written(root, f"food-101/images/{name}/{number}.jpg", pil(20, 24 + number))
    names = json.dumps({"baklava": ["baklava/0"], "apple_pie": ["apple_pie/1"]})
    for split in ("train", "test"):
        written(root, f"food-101/meta/{split}.json", names)
    return root


def dtd_files() -> str:
    """Write an image of each of two classes of DTD."""
    root = folder()
    for number, name in enumerate(["dotted", "banded"]):
        written(root, f"dtd/dtd/images/{name}/{name}_{number}.jpg", pil(20, 24 + number))
    for file in ("train1", "val2", "test10"):
        written(root, f"dtd/dtd/labels/{file}.txt", "dotted/dotted_0.jpg\nbanded/banded_1.jpg\n")
    return root


def fgvc_files() -> str:
    """Write two images of FGVCAircraft."""
    root = folder()
    place = "fgvc-aircraft-2013b/data/"
    names = {"variant": ("variants", ["707-320", "A310"]), "family": ("families", ["Boeing 707", "A310"])}
    for level, (file, classes) in dict(names, manufacturer=("manufacturers", ["Boeing", "Airbus"])).items():
        written(root, f"{place}{file}.txt", "\n".join(classes) + "\n")
        for split in ("train", "val", "trainval", "test"):
            lines = [f"000000{number} {name}\n" for number, name in enumerate(reversed(classes))]
            written(root, f"{place}images_{level}_{split}.txt", "".join(lines))
    for number in range(2):
        written(root, f"{place}images/000000{number}.jpg", pil(20, 24 + number))
    return root


def gtsrb_files() -> str:
    """Write two images of each part of GTSRB."""
    root = folder()
    for number in range(2):
        written(root, f"gtsrb/GTSRB/Training/0000{number}/0_{number}.ppm", pil(20, 24 + number))
        written(root, f"gtsrb/GTSRB/Final_Test/Images/0000{number}.ppm", pil(22, 24 + number))
    lines = "Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId\n00000.ppm;24;22;5;5;19;17;16\n"
    written(root, "gtsrb/GT-final_test.csv", lines + "00001.ppm;25;22;5;5;19;17;1\n")
    return root


def class_files(base: str, classes: Sequence[str] = ("cat", "dog"), suffix: str = ".jpg") -> str:
    """Write an image of each class below a folder: ``class_files("eurosat/2750")``."""
    root = folder()
    for number, name in enumerate(classes):
        written(root, f"{base}/{name}/{number}{suffix}", pil(20, 24 + number))
    return root


def sun397_files() -> str:
    """Write an image of SUN397, and the names of two classes."""
    root = folder()
    written(root, "SUN397/ClassName.txt", "/a/abbey\n/b/bar/indoor\n")
    written(root, "SUN397/b/bar/indoor/sun_0.jpg", pil(20, 24))
    return root


def inaturalist_files(version: str = "2021_train") -> str:
    """Write an image of each of two species of INaturalist."""
    names = {"2021": ["00000_A_B_C_D_E_F_one", "00001_A_B_C_D_E_G_two"], "2017": ["Aves/x", "Fungi/y"]}
    root = folder()
    for number, name in enumerate(names.get(version[:4], ["Aves/1", "Fungi/0"])):
        written(root, f"{version}/{name}/{number}.jpg", pil(20, 24 + number))
    return root


def omniglot_files() -> str:
    """Write a character of each part of Omniglot."""
    _take_for_genuine()
    root = folder()
    for number, name in enumerate(["images_background", "images_evaluation"]):
        written(root, f"omniglot-py/{name}.zip", b"")
        written(root, f"omniglot-py/{name}/Greek/character01/0394_0{number}.png", pil(20, 24 + number, "1"))
    return root


def caltech101_files() -> str:
    """Write three images of two classes of Caltech101, and one of the background."""
    root = folder()
    for number, name in enumerate(
        ["Faces/image_0001", "ant/image_0001", "ant/image_0002", "BACKGROUND_Google/image_0001"]
    ):
        written(root, f"caltech101/101_ObjectCategories/{name}.jpg", pil(20, 24 + number))
    return root


def caltech256_files(extra: bool = False) -> str:
    """Write three images of two classes of Caltech256; a file that is no image beside them, if wanted."""
    root = folder()
    for number, name in enumerate(["001.ak47/001_0001", "002.flag/002_0001", "002.flag/002_0002"]):
        written(root, f"caltech256/256_ObjectCategories/{name}.jpg", pil(20, 24 + number))
    if extra:
        written(root, "caltech256/256_ObjectCategories/001.ak47/RENAME2", "")
    return root


def places365_files() -> str:
    """Write two images of Places365's ``val`` and ``train-standard``, and their classes."""
    _take_for_genuine()
    root = folder()
    written(root, "categories_places365.txt", "/b/bar 1\n/a/abbey 0\n")
    written(root, "places365_val.txt", "Places365_val_1.jpg 1\nPlaces365_val_2.jpg 0\n")
    written(root, "places365_train_standard.txt", "/a/abbey/1.jpg 0\n")
    written(root, "places365_test.txt", "Places365_val_1.jpg\n")
    for place in ("val_256/Places365_val_1", "val_large/Places365_val_1", "test_256/Places365_val_1"):
        written(root, place + ".jpg", pil(20, 24))
    written(root, "data_256_standard/a/abbey/1.jpg", pil(20, 25))
    return root


def lfw_files() -> str:
    """Write three images of two people of LFW, and which of them are pairs."""
    _take_for_genuine()
    root = folder()
    for name in ("lfw-funneled.tgz", "lfw.tgz"):
        written(root, "lfw-py/" + name, b"")
    written(root, "lfw-py/lfw-names.txt", "Ann_Lee\t2\nBo_Day\t1\n")
    written(root, "lfw-py/people.txt", "1\n2\nAnn_Lee\t2\nBo_Day\t1\n")
    written(root, "lfw-py/peopleDevTrain.txt", "1\nBo_Day\t1\n")
    written(root, "lfw-py/pairs.txt", "1\t1\nAnn_Lee\t1\t2\nAnn_Lee\t1\tBo_Day\t1\n")
    written(root, "lfw-py/pairsDevTest.txt", "1\nAnn_Lee\t1\t2\nAnn_Lee\t1\tBo_Day\t1\n")
    for number, name in enumerate(["Ann_Lee/Ann_Lee_0001", "Ann_Lee/Ann_Lee_0002", "Bo_Day/Bo_Day_0001"]):
        for part in ("lfw_funneled", "lfw"):
            written(root, f"lfw-py/{part}/{name}.jpg", pil(20, 24 + number))
    return root


# ---------------------------------------------------------------------------------------------------------------------
# Images with captions, boxes or masks


def first_only(image: Any, target: Any) -> Tuple[Any, str]:
    """Return an image as it is and what kind of target it has, for ``transforms``."""
    return image, type(target).__name__


def sbu_files() -> str:
    """Write two photos of SBU with their captions, one of which is missing."""
    _take_for_genuine()
    root = folder()
    written(root, "SBUCaptionedPhotoDataset.tar.gz", b"")
    addresses = "".join(f"http://host/photo{number}.jpg\n" for number in range(3))
    written(root, "dataset/SBU_captioned_photo_dataset_urls.txt", addresses)
    written(root, "dataset/SBU_captioned_photo_dataset_captions.txt", "a dog .\nmissing .\na cat .\n")
    for number in (0, 2):
        written(root, f"dataset/photo{number}.jpg", pil(20, 24 + number))
    return root


def flickr8k_files() -> Tuple[str, str]:
    """Write two photos of Flickr8k with their captions; returns the folder and the file of annotations."""
    root = folder()
    rows = ""
    for number in range(2):
        written(root, f"photos/{number}_abc.jpg", pil(20, 24 + number))
        link = f'<a href="http://host/{number}/">http://host/{number}/</a>'
        rows += f"<tr><td>{link}<ul><li>a dog </li><li>photo {number}</li></ul></td></tr>"
    page = f"<html><body><table>{rows}</table></body></html>"
    return os.path.join(root, "photos"), written(root, "captions.html", page)


def flickr30k_files() -> Tuple[str, str]:
    """Write two photos of Flickr30k with their captions; returns the folder and the file of annotations."""
    root = folder()
    lines = ""
    for number in range(2):
        written(root, f"photos/{number}.jpg", pil(20, 24 + number))
        lines += f"{number}.jpg#0\ta dog\n{number}.jpg#1\tphoto {number}\n"
    return os.path.join(root, "photos"), written(root, "captions.token", lines)


def coco_files() -> Tuple[str, str]:
    """Write a photo of COCO with boxes and captions; returns the folder and the file of annotations."""
    root = folder()
    written(root, "photos/000000000001.jpg", pil(20, 24))
    images = [{"id": 1, "file_name": "000000000001.jpg", "height": 20, "width": 24}]
    box = {
        "id": 5,
        "image_id": 1,
        "category_id": 3,
        "bbox": [2, 3, 10, 8],
        "area": 80,
        "iscrowd": 0,
        "caption": "a dog",
    }
    annotations = {"images": images, "annotations": [dict(box, segmentation=[[2, 3, 12, 3, 12, 11, 2, 11]])]}
    annotations["categories"] = [{"id": 3, "name": "car"}]
    return os.path.join(root, "photos"), written(root, "instances.json", json.dumps(annotations))


def voc_files(year: str = "2012", objects: int = 2) -> str:
    """Write two photos of a year of VOC, with boxes and masks."""
    root = folder()
    base = "TrainVal/VOCdevkit/VOC2011" if year == "2011" else "VOCdevkit/VOC" + year
    boxes = ""
    for number in range(objects):
        corners = "<xmin>{0}</xmin><ymin>{0}</ymin><xmax>12</xmax><ymax>15</ymax>".format(number + 1)
        parts = "<part><name>head</name></part>" if number else ""
        boxes += "<object><name>{}</name><bndbox>{}</bndbox>{}</object>".format(["dog", "cat"][number], corners, parts)
    for number in range(2):
        name = f"{year}_00000{number}"
        written(root, f"{base}/JPEGImages/{name}.jpg", pil(20, 24 + number))
        size = f"<size><width>{24 + number}</width><height>20</height><depth>3</depth></size>"
        page = f"<annotation><filename>{name}.jpg</filename>{size}{boxes}</annotation>"
        written(root, f"{base}/Annotations/{name}.xml", page)
        written(root, f"{base}/SegmentationClass/{name}.png", pil(20, 24 + number, "P"))
    for part in ("Main", "Segmentation"):
        for split in ("train", "val", "trainval", "test"):
            names = f"{year}_000000\n{year}_000001\n"
            written(root, f"{base}/ImageSets/{part}/{split}.txt", names)
    return root


def celeba_files() -> str:
    """Write six photos of CelebA, two of each part, with all that is known of them."""
    _take_for_genuine()
    root = folder()
    names = [f"00000{number}.jpg" for number in range(1, 7)]
    for number, name in enumerate(names):
        written(root, "celeba/img_align_celeba/" + name, pil(20, 24 + number))
    lines = [f"{name} {number}\n" for name, number in zip(names, (0, 1, 0, 2, 1, 2))]
    written(root, "celeba/list_eval_partition.txt", "".join(lines))
    lines = [f"{name} {100 + number}\n" for number, name in enumerate(names)]
    written(root, "celeba/identity_CelebA.txt", "".join(lines))
    lines = ["6\n", "image_id x_1 y_1 width height\n"]
    lines += [f"{name}    {number + 1}  2   10   8\n" for number, name in enumerate(names)]
    written(root, "celeba/list_bbox_celeba.txt", "".join(lines))
    lines = ["6\n", "lefteye_x lefteye_y righteye_x righteye_y\n"]
    lines += [f"{name} 5 6 1{number} 6\n" for number, name in enumerate(names)]
    written(root, "celeba/list_landmarks_align_celeba.txt", "".join(lines))
    lines = ["6\n", "Bald Smiling Young \n"]
    lines += [f"{name} -1  1 {number % 2 * 2 - 1}\n" for number, name in enumerate(names)]
    written(root, "celeba/list_attr_celeba.txt", "".join(lines))
    return root


def widerface_files() -> str:
    """Write two photos of WIDERFace: one with two faces, one with none."""
    root = folder()
    for split in ("train", "val", "test"):
        for number in range(2):
            written(root, f"widerface/WIDER_{split}/images/0--Parade/{number}.jpg", pil(20, 24 + number))
    lines = "0--Parade/0.jpg\n2\n1 2 10 8 0 0 0 0 0 0 \n3 4 5 6 2 1 0 0 1 0 \n"
    lines += "0--Parade/1.jpg\n0\n0 0 0 0 0 0 0 0 0 0 \n"
    for split in ("train", "val"):
        written(root, f"widerface/wider_face_split/wider_face_{split}_bbx_gt.txt", lines)
    written(root, "widerface/wider_face_split/wider_face_test_filelist.txt", "0--Parade/0.jpg\n0--Parade/1.jpg\n")
    return root


def kitti_files() -> str:
    """Write a photo of each part of Kitti, that for training with two boxes."""
    root = folder()
    for part in ("training", "testing"):
        written(root, f"Kitti/raw/{part}/image_2/000000.png", pil(20, 24))
    lines = "Car 0.10 1 -1.57 2.0 3.0 12.0 15.0 1.5 1.6 3.9 0.5 1.7 20.1 -1.55\n"
    lines += "DontCare -1 -1 -10 1.0 2.0 5.0 6.0 -1 -1 -1 -1000 -1000 -1000 -10\n"
    written(root, "Kitti/raw/training/label_2/000000.txt", lines)
    return root


def cityscapes_files() -> str:
    """Write a photo of Cityscapes, with masks and polygons, fine and coarse."""
    root = folder()
    name = "bonn/bonn_000000_000019_"
    for split in ("train", "val", "test", "train_extra"):
        written(root, f"leftImg8bit/{split}/{name}leftImg8bit.png", pil(20, 24))
    for kind, split in (("gtFine", "train"), ("gtFine", "val"), ("gtCoarse", "train"), ("gtCoarse", "train_extra")):
        place = f"{kind}/{split}/{name}{kind}_"
        ids = numpy.where(array(20, 24, 1)[..., 0] > 128, 26001, 7).astype(numpy.uint16)
        written(root, place + "instanceIds.png", _Image.fromarray(ids))
        written(root, place + "labelIds.png", _Image.fromarray((ids % 24).astype(numpy.uint8)))
        written(root, place + "color.png", pil(20, 24, "RGBA"))
        written(root, place + "polygons.json", json.dumps({"imgHeight": 20, "objects": [{"label": "car"}]}))
    return root


def pets_files() -> str:
    """Write two photos of OxfordIIITPet, with masks."""
    root = folder()
    for number, name in enumerate(["great_pyrenees_1", "Abyssinian_2"]):
        written(root, f"oxford-iiit-pet/images/{name}.jpg", pil(20, 24 + number))
        written(root, f"oxford-iiit-pet/annotations/trimaps/{name}.png", pil(20, 24 + number, "L"))
    for split in ("trainval", "test"):
        lines = "great_pyrenees_1 16 2 12\nAbyssinian_2 1 1 1\n"
        written(root, f"oxford-iiit-pet/annotations/{split}.txt", lines)
    return root


def clevr_files() -> str:
    """Write an image of each part of CLEVRClassification."""
    root = folder()
    for split in ("train", "val", "test"):
        name = f"CLEVR_{split}_000000.png"
        written(root, f"clevr/CLEVR_v1.0/images/{split}/{name}", pil(20, 24))
        scenes = {"scenes": [{"image_filename": name, "objects": [{}, {}, {}]}]}
        if split != "test":
            written(root, f"clevr/CLEVR_v1.0/scenes/CLEVR_{split}_scenes.json", json.dumps(scenes))
    return root


def mat_files(*names: str) -> str:
    """Write empty files where MATLAB's are looked for; scipy, which reads them, is not there in most releases."""
    _take_for_genuine()
    root = folder()
    for name in names:
        written(root, name, b"")
    return root


# ---------------------------------------------------------------------------------------------------------------------
# Flow and stereo


def swapped(first: Any, second: Any, flow: Any, mask: Any) -> Tuple[Any, Any, Any, Any]:
    """Return a pair of images the other way round, for ``transforms``."""
    return second, first, flow, mask


def flo(height: int, width: int) -> bytes:
    """Return a field of motion as the ``.flo`` files of Middlebury have it."""
    values = (array(height, width, 2).astype("<f4") - 128) / 16
    return b"PIEH" + struct.pack("<ii", width, height) + bytes(values.tobytes())


def pfm(height: int, width: int, channels: int = 3, order: str = "<") -> bytes:
    """Return an image of floats as ``.pfm`` files have it, the lowest row first."""
    values = (array(height, width, channels) / 8).astype(order + "f4")
    head = "{}\n{} {}\n{}\n".format("PF" if channels == 3 else "Pf", width, height, -1.0 if order == "<" else 1.0)
    return head.encode() + bytes(values.tobytes())


def _photos(root: str, *names: str) -> None:
    for number, name in enumerate(names):
        written(root, name, _Image.fromarray(array(20, 24, seed=number)))


def sintel_files() -> str:
    """Write three frames of a scene of Sintel in each pass, with flow."""
    root = folder()
    for part in ("training/clean", "training/final", "test/clean"):
        _photos(root, *[f"Sintel/{part}/alley/frame_000{number}.png" for number in range(3)])
    for number in range(2):
        written(root, f"Sintel/training/flow/alley/frame_000{number}.flo", flo(20, 24))
    return root


def kitti_flow_files() -> str:
    """Write a pair of images of each part of KittiFlow."""
    root = folder()
    for part in ("training", "testing"):
        _photos(root, *[f"KittiFlow/{part}/image_2/000000_1{number}.png" for number in range(2)])
    written(root, "KittiFlow/training/flow_occ/000000_10.png", png(20, 24, depth=16))
    return root


def hd1k_files() -> str:
    """Write two images of HD1K for training, and two without flow."""
    root = folder()
    for number in range(2):
        _photos(root, f"hd1k/hd1k_input/image_2/000000_000{number}.png")
        written(root, f"hd1k/hd1k_flow_gt/flow_occ/000000_000{number}.png", png(20, 24, depth=16))
        _photos(root, f"hd1k/hd1k_challenge/image_2/000000_001{number}.png")
    return root


def flying_chairs_files() -> str:
    """Write a pair of images of each part of FlyingChairs."""
    root = folder()
    for number in range(2):
        _photos(root, *[f"FlyingChairs/data/0000{number}_img{each}.ppm" for each in (1, 2)])
        written(root, f"FlyingChairs/data/0000{number}_flow.flo", flo(20, 24))
    written(root, "FlyingChairs/FlyingChairs_train_val.txt", "1\n2\n")
    return root


def flying_things_files() -> str:
    """Write two images of FlyingThings3D for each camera and pass, with flow in both directions."""
    root = folder()
    for camera in ("left", "right"):
        for number in range(2):
            for part in ("frames_cleanpass", "frames_finalpass"):
                _photos(root, f"FlyingThings3D/{part}/TRAIN/A/0000/{camera}/000{number}.png")
            for way in ("into_future", "into_past"):
                name = f"FlyingThings3D/optical_flow/TRAIN/A/0000/{way}/{camera}/000{number}.pfm"
                written(root, name, pfm(20, 24))
    return root


def stereo_files(*names: str) -> str:
    """Write images and disparities under the names that a data set wants, which tell what is in the files."""
    root = folder()
    for name in names:
        if name.endswith(".pfm"):
            written(root, name, pfm(20, 24, 1))
        elif "disp" in name or "depth" in name:
            written(root, name, _Image.fromarray(array(20, 24, 1)[..., 0].astype(numpy.uint16) * 200 + 50))
        elif "mask" in name:
            written(root, name, pil(20, 24, "1"))
        elif name.endswith(".json"):
            settings = [{"intrinsic_settings": {"fx": 768.0}}]
            written(root, name, json.dumps({"camera_settings": settings}))
        else:
            _photos(root, name)
    return root


def carla_files() -> str:
    """Write a scene of CarlaStereo."""
    scene = "carla-highres/trainingF/scene/"
    return stereo_files(*[scene + name for name in ("im0.png", "im1.png", "disp0GT.pfm", "disp1GT.pfm")])


def kitti_stereo_files(year: int) -> str:
    """Write a pair of images of Kitti2012Stereo or Kitti2015Stereo, for training and for tests."""
    images, depths = ["colored_0", "colored_1"], ["disp_noc"]
    if year == 2015:
        images, depths = ["image_2", "image_3"], ["disp_occ_0", "disp_occ_1"]
    names = [f"Kitti{year}/{part}/{each}/000000_10.png" for part in ("training", "testing") for each in images]
    return stereo_files(*names, *[f"Kitti{year}/training/{each}/000000_10.png" for each in depths])


def middlebury_files() -> str:
    """Write scenes of Middlebury2014Stereo: one in both calibrations, and one for tests."""
    names = []
    for scene in ("train/Piano-perfect", "train/Piano-imperfect", "test/Plants"):
        names += [f"Middlebury2014/{scene}/{name}" for name in ("im0.png", "im1.png", "im1E.png", "im1L.png")]
        if scene != "test/Plants":
            names += [f"Middlebury2014/{scene}/disp{number}.pfm" for number in range(2)]
    return stereo_files(*names)


def crestereo_files() -> str:
    """Write a pair of images of each part of CREStereo."""
    names = []
    for part in ("shapenet", "reflective", "tree", "hole"):
        for side in ("left", "right"):
            names += [f"CREStereo/{part}/0_{side}{suffix}" for suffix in (".jpg", ".disp.png")]
    return stereo_files(*names)


def falling_things_files() -> str:
    """Write a pair of images of each part of FallingThingsStereo."""
    names = []
    for place in ("single/object/scene", "mixed/scene"):
        names += [f"FallingThings/{place}/_camera_settings.json"]
        for side in ("left", "right"):
            names += [f"FallingThings/{place}/0.{side}.{suffix}" for suffix in ("jpg", "depth.png")]
    return stereo_files(*names)


def scene_flow_files(variant: str = "Monkaa") -> str:
    """Write a pair of images of a variant of SceneFlowStereo."""
    scene = "scene" if variant == "Monkaa" else "A/B/0000"
    names = []
    for side in ("left", "right"):
        parts = [f"{part}/{scene}/{side}/0.png" for part in ("frames_cleanpass", "frames_finalpass")]
        names += [f"SceneFlow/{variant}/{name}" for name in [*parts, f"disparity/{scene}/{side}/0.pfm"]]
    return stereo_files(*names)


def sintel_stereo_files() -> str:
    """Write a pair of images of SintelStereo."""
    base = "Sintel/training/"
    names = [f"{base}{part}_{side}/alley/0.png" for part in ("final", "clean") for side in ("left", "right")]
    root = stereo_files(*names)
    written(root, base + "disparities/alley/0.png", pil(20, 24))
    written(root, base + "occlusions/alley/0.png", pil(20, 24, "L").point(lambda value: value // 200))
    written(root, base + "outofframe/alley/0.png", pil(20, 24, "L").point(lambda value: value // 240))
    return root


def instereo_files() -> str:
    """Write a pair of images of each part of InStereo2k."""
    names = ("left.png", "right.png", "left_disp.png", "right_disp.png")
    return stereo_files(*[f"InStereo2k/{part}/0/{name}" for part in ("train", "test") for name in names])


def eth3d_files() -> str:
    """Write a scene of ETH3DStereo for training, and one for tests."""
    names = [f"two_view_{part}/scene/im{number}.png" for part in ("training", "test") for number in range(2)]
    names += ["two_view_training_gt/scene/disp0GT.pfm", "two_view_training_gt/scene/mask0nocc.png"]
    return stereo_files(*["ETH3D/" + name for name in names])


# ---------------------------------------------------------------------------------------------------------------------
# Films


def film() -> str:
    """Write a film of four frames, and return its path: a GIF, which PyAV reads where it is installed."""
    return written(folder(), "film.avi", gif(16, 24, frames=4))


def film_clips(*frames: int, length: int = 4, step: int = 1, **options: Any) -> Any:
    """Return a ``VideoClips`` of films that have so many frames, ten a second."""
    from torchvision.datasets.video_utils import VideoClips

    paths = [f"film{number}.avi" for number in range(len(frames))]
    times = [torch.arange(count) * 1024 for count in frames]
    known = {"video_paths": paths, "video_pts": times, "video_fps": [10.0] * len(paths)}
    return VideoClips(paths, length, step, _precomputed_metadata=known, **options)


def film_files(base: str = "", classes: Sequence[str] = ("jump", "run")) -> str:
    """Write a film of each class below a folder."""
    root = folder()
    for name in classes:
        written(root, "{}/v_{}_g01_c01.avi".format((base + "/" + name).strip("/"), name), gif(16, 24, frames=4))
    return root


def film_set(kind: Any, *arguments: Any, **options: Any) -> Any:
    """Return a data set of two films of twenty frames each: ``film_set(Kinetics, 5)`` has clips of five."""
    root = film_files("train" if kind.__name__ == "Kinetics" else "")
    below = os.path.join(root, "train") if kind.__name__ == "Kinetics" else root
    paths = [os.path.join(below, name.replace("/", os.sep)) for name in _files_below(below)]
    times = [torch.arange(20) * 1024 for _ in paths]
    known = {"video_paths": paths, "video_pts": times, "video_fps": [10.0] * len(paths)}
    if kind.__name__ in ("HMDB51", "UCF101"):
        length, lists = arguments
        arguments = (lists, length)
    return kind(root, *arguments, _precomputed_metadata=known, **options)


def film_lists() -> str:
    """Write which films are for training and which for tests, as HMDB51 and UCF101 have it."""
    root = folder()
    written(root, "jump_test_split1.txt", "v_jump_g01_c01.avi 1\n")
    written(root, "run_test_split1.txt", "v_run_g01_c01.avi 2\n")
    written(root, "trainlist01.txt", "jump/v_jump_g01_c01.avi 1\n")
    written(root, "testlist01.txt", "run/v_run_g01_c01.avi\n")
    return root


# ---------------------------------------------------------------------------------------------------------------------
# Archives


def archive(name: str, member: str = "inside.txt", content: bytes = b"hello") -> str:
    """Write an archive or a compressed file into ``downloads`` of a new folder, and return its path."""
    place = os.path.join(folder(), "downloads", name)
    os.makedirs(os.path.dirname(place))
    if name.endswith(".zip"):
        with zipfile.ZipFile(place, "w") as packed:
            packed.writestr(member, content)
    elif ".tar" in name or name.endswith((".tgz", ".tbz", ".tbz2")):
        kinds = {".gz": "gz", ".tgz": "gz", ".bz2": "bz2", ".tbz": "bz2", ".tbz2": "bz2", ".xz": "xz"}
        mode: Any = "w:" + kinds.get(os.path.splitext(name)[1], "")
        with tarfile.open(place, mode) as bundle:
            source = written(folder(), "source", content)
            bundle.add(source, arcname=member)
    else:
        pack: Any = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}.get(
            os.path.splitext(name)[1], bytes
        )
        written(os.path.dirname(place), name, pack(content))
    return place


def _files_below(place: Optional[str]) -> List[str]:
    """Return the files that are below a folder, by their relative paths."""
    found = []
    for here, _, names in os.walk(str(place)):
        found += [os.path.relpath(os.path.join(here, name), str(place)).replace(os.sep, "/") for name in names]
    return sorted(found)


def unpacked(function: Any, file: Any, **options: Any) -> Dict[str, Any]:
    """Have a function unpack a file; returns what it gave, and which files are around and in ``to_path`` then."""
    found = {"result": short(function(file, **options)), "files": _files_below(os.path.dirname(os.path.dirname(file)))}
    if "to_path" in options:
        found["unpacked"] = _files_below(options["to_path"])
    return found


def present(function: Any, source: str, content: str, **options: Any) -> Any:
    """Have a function download what is in the folder already: ``function(source, folder, "a.txt")``."""
    return function(source, os.path.dirname(written(folder(), "a.txt", content)), "a.txt", **options)
