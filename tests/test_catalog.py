"""The catalog that the package ships, held against what is known of torchvision from elsewhere."""

import pytest

from tvcompat.catalog import Catalog, Span, catalog
from tvcompat.errors import CatalogError, UnknownReleaseError

KNOWN = catalog()


def builders_in(release):
    return {path for path, builder in KNOWN.builders.items() if KNOWN.at(builder.spans, release)}


@pytest.mark.parametrize(
    ("release", "count"),
    [
        pytest.param("0.9.0", 63, id="0.9.0"),
        pytest.param("0.10.0", 65, id="0.10.0"),
        pytest.param("0.11.3", 87, id="0.11.3"),
        pytest.param("0.12.0", 97, id="0.12.0"),
        pytest.param("0.13.1", 111, id="0.13.1"),
        pytest.param("0.14.1", 118, id="0.14.1"),
        pytest.param("0.15.2", 121, id="0.15.2"),
    ],
)
def test_number_of_builders(release, count):
    assert len(builders_in(release)) == count


def test_every_release_from_0_15_on_has_the_same_builders():
    later = KNOWN.between("0.15.1", KNOWN.newest)
    assert len(later) > 20
    assert all(builders_in(release) == builders_in("0.15.1") for release in later)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        pytest.param("mobilenet_v3_small", "0.9.0", id="mobilenet_v3_small"),
        pytest.param("detection.ssd300_vgg16", "0.10.0", id="ssd300_vgg16"),
        pytest.param("detection.ssdlite320_mobilenet_v3_large", "0.10.0", id="ssdlite320"),
        pytest.param("efficientnet_b0", "0.11.1", id="efficientnet_b0"),
        pytest.param("convnext_tiny", "0.12.0", id="convnext_tiny"),
        pytest.param("optical_flow.raft_large", "0.12.0", id="raft_large"),
        pytest.param("swin_t", "0.13.0", id="swin_t"),
        pytest.param("swin_v2_t", "0.14.0", id="swin_v2_t"),
        pytest.param("video.s3d", "0.14.0", id="s3d"),
        pytest.param("video.swin3d_t", "0.15.1", id="swin3d_t"),
    ],
)
def test_first_release_of_a_builder(name, first):
    assert KNOWN.builders["torchvision.models." + name].spans[0].first == first


def test_a_builder_that_was_away_for_a_while_has_two_spans():
    spans = KNOWN.builders["torchvision.models.quantization.shufflenet_v2_x1_5"].spans
    assert [(span.first, span.last) for span in spans] == [("0.9.0", "0.11.3"), ("0.13.0", KNOWN.newest)]


def test_number_of_weights_entries():
    def entries(release):
        return [
            entry.full_name
            for enum in KNOWN.enums.values()
            for entry in enum.entries.values()
            if KNOWN.value(entry.urls, release) and not enum.name.endswith("_QuantizedWeights")
        ]

    assert [len(entries(release)) for release in ("0.12.0", "0.13.1", "0.14.1", KNOWN.newest)] == [0, 141, 148, 152]


def test_the_file_behind_pretrained_was_republished():
    builder = KNOWN.builders["torchvision.models.resnet50"]
    files = [span.value.asks[0].rpartition("/")[2] for span in builder.pretrained]
    assert files == ["resnet50-19c8e357.pth", "resnet50-0676ba61.pth"]
    assert builder.pretrained[0].last == "0.9.1"


def test_pretrained_on_the_v2_detectors_of_0_13_is_swallowed():
    builder = KNOWN.builders["torchvision.models.detection.fasterrcnn_resnet50_fpn_v2"]
    assert [KNOWN.value(builder.accepts, release) for release in ("0.13.0", "0.14.0")] == [
        "weights",
        "keyword positional weights",
    ]
    outcome = KNOWN.value(builder.pretrained, "0.13.0")
    assert not outcome.error


def test_pretrained_on_swin_of_0_13_is_an_error():
    builder = KNOWN.builders["torchvision.models.swin_t"]
    outcome = KNOWN.value(builder.pretrained, "0.13.0")
    assert "unexpected keyword argument 'pretrained'" in outcome.error


def test_a_detector_without_weights_fetches_its_backbone_on_every_release():
    builder = KNOWN.builders["torchvision.models.detection.fasterrcnn_resnet50_fpn"]
    for span in builder.plain:
        asks = span.value.asks
        assert len(asks) == 1
        assert "/resnet50-" in asks[0]


def test_parameter_names_that_changed():
    builder = KNOWN.builders["torchvision.models.detection.fasterrcnn_resnet50_fpn"]
    names = KNOWN.renames(KNOWN.value(builder.renames, "0.12.0"))
    assert names["rpn.head.conv.weight"] == "rpn.head.conv.0.0.weight"
    assert KNOWN.value(builder.renames, KNOWN.newest) is None


def test_a_schema_lists_the_state_dict_in_order():
    builder = KNOWN.builders["torchvision.models.resnet18"]
    schema = KNOWN.schema(KNOWN.value(builder.schemas, KNOWN.newest))
    assert list(schema)[:2] == ["conv1.weight", "bn1.weight"]
    assert schema["conv1.weight"] == "float32 64,3,7,7"
    assert schema["bn1.num_batches_tracked"] == "int64"
    assert list(schema)[-1] == "fc.bias"


def test_settings_that_belong_to_a_checkpoint():
    calls = KNOWN.checkpoints("torchvision.models.detection.fasterrcnn_resnet50_fpn")
    settings = KNOWN.value(calls["FasterRCNN_ResNet50_FPN_Weights.COCO_V1"], KNOWN.newest).settings
    assert ("eps", 1e-05, 0.0) in [setting[:3] for setting in settings]


def test_equal_parameters_give_equal_outputs():
    run = [builder for builder in KNOWN.builders.values() if builder.outputs]
    assert len(run) >= 45
    assert {builder.namespace for builder in run} == {
        "torchvision.models",
        "torchvision.models.detection",
        "torchvision.models.optical_flow",
        "torchvision.models.quantization",
        "torchvision.models.segmentation",
        "torchvision.models.video",
    }
    # ssdlite builds another network by default since 0.13, with the channels of the last blocks not halved.
    assert [b.function for b in run if not b.same_outputs] == ["ssdlite320_mobilenet_v3_large"]


@pytest.mark.parametrize(
    ("path", "last"),
    [
        pytest.param("torchvision.models.utils", "0.10.1", id="utils"),
        pytest.param("torchvision.transforms.Scale", "0.11.3", id="Scale"),
        pytest.param("torchvision.ops.misc.ConvTranspose2d", "0.11.3", id="ConvTranspose2d"),
        pytest.param("torchvision.models.detection.SSD", "0.12.0", id="SSD"),
        pytest.param("torchvision.datasets.Kinetics400", "0.13.1", id="Kinetics400"),
        pytest.param("torchvision.models.mobilenetv2.ConvBNReLU", "0.13.1", id="ConvBNReLU"),
        pytest.param("torchvision.models.resnet.model_urls", "0.14.1", id="model_urls"),
        pytest.param("torchvision.datapoints", "0.15.2", id="datapoints"),
        pytest.param("torchvision.transforms.functional_tensor", "0.16.2", id="functional_tensor"),
        pytest.param("torchvision.io.read_video", "0.25.0", id="read_video"),
    ],
)
def test_last_release_of_a_name_that_left(path, last):
    assert KNOWN.name(path).spans[-1].last == last


def test_a_module_that_is_there_and_can_not_be_imported():
    video = KNOWN.name("torchvision.io.video")
    assert video.spans[-1].last == "0.25.0"
    assert video.broken[-1].last == KNOWN.newest
    assert "ModuleNotFoundError" in video.broken[-1].value


def test_a_leaked_import_is_a_name_too():
    name = KNOWN.name("torchvision.models.alexnet.load_state_dict_from_url")
    assert name.kind == "import"
    assert not name.spans[-1].newest


def test_the_prototype_package_is_not_public():
    assert not [path for path in KNOWN.names() if path.startswith("torchvision.prototype")]


def test_yanked_releases_are_listed_and_take_no_part():
    assert KNOWN.all_releases["0.11.0"].yanked
    assert "0.11.0" not in KNOWN.releases


@pytest.mark.parametrize(
    ("asked", "release"),
    [
        pytest.param("0.12", "0.12.0", id="minor"),
        pytest.param("0.11", "0.11.3", id="minor-without-a-zero"),
        pytest.param("0.12.0+cu113", "0.12.0", id="local-version"),
        pytest.param("0.13.0a0+abc", "0.13.0", id="pre-release"),
        pytest.param("0.9.1", "0.9.1", id="full"),
    ],
)
def test_find_release(asked, release):
    assert KNOWN.find_release(asked) == release


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param("0.8.2", id="before-all"),
        pytest.param("1", id="major"),
        pytest.param("newest", id="word"),
        pytest.param("", id="empty"),
        pytest.param("0.11.0", id="patch-that-is-missing"),
    ],
)
def test_an_unknown_release_is_named_with_the_known_ones(asked):
    with pytest.raises(UnknownReleaseError, match=r"0\.9\.0, 0\.9\.1, 0\.10\.0"):
        KNOWN.find_release(asked)


@pytest.mark.parametrize(
    ("version", "release"),
    [
        pytest.param("0.12.0+cu113", "0.12.0", id="local-version"),
        pytest.param("0.11.0a0+fa347eb", "0.11.1", id="pre-release"),
        pytest.param("0.15.0", "0.15.1", id="minor-without-a-zero"),
        pytest.param("0.12.5", "0.12.0", id="unknown-patch"),
        pytest.param("9.0", KNOWN.newest, id="newer-than-all"),
        pytest.param("0.8.2", None, id="older-than-all"),
        pytest.param("x", None, id="word"),
    ],
)
def test_nearest_release_of_an_installed_version(version, release):
    assert KNOWN.nearest(version) == release


def test_a_damaged_table_is_an_error_that_says_what_to_do(tmp_path):
    (tmp_path / "releases.json").write_text("{", encoding="utf-8")
    with pytest.raises(CatalogError, match=r"releases\.json can't be read"):
        Catalog(tmp_path).releases  # noqa: B018


def test_a_table_of_another_format_is_an_error(tmp_path):
    (tmp_path / "releases.json").write_text('{"format": 99}', encoding="utf-8")
    with pytest.raises(CatalogError, match="format 99"):
        Catalog(tmp_path).releases  # noqa: B018


@pytest.mark.parametrize(
    ("path", "kind", "shown", "target"),
    [
        pytest.param("torchvision.ops.boxes.nms", "function", "(boxes, scores, iou_threshold)", "", id="function"),
        pytest.param("torchvision.transforms.Compose", "import", "= torchvision.transforms.transforms.Compose",
                     "torchvision.transforms.transforms.Compose", id="import"),
        pytest.param("torchvision.transforms.transforms.Compose", "class", "(transforms)", "", id="class"),
    ],
)  # fmt: skip
def test_a_name_is_described(path, kind, shown, target):
    description = KNOWN.name(path).descriptions[-1].value
    assert (description.kind, description.shown, description.target) == (kind, shown, target)


def test_every_description_of_the_table_is_read():
    kinds = {KNOWN.description(number).kind for number in range(len(KNOWN.table("names")["descriptions"]))}
    assert kinds == {"function", "class", "module", "import", "data"}


def test_a_module_lists_its_names_and_what_they_are():
    module = KNOWN.module("torchvision.ops.boxes")
    assert "nms" in module
    assert "nms" in list(module)
    assert module.member("nms")[-1].value.signature.names("iou_threshold")
    assert module.member("not_there") == ()
    assert KNOWN.module("torchvision.not_there") is None


def test_legacy_names_have_a_stand_in_and_an_advice():
    row = KNOWN.legacy.name("torchvision.models.utils", "load_state_dict_from_url") or KNOWN.legacy.module(
        "torchvision.models.utils"
    )
    assert row.gone == "0.11.1"
    assert KNOWN.legacy.advice(row.advice).words
    assert KNOWN.legacy.name("torchvision.ops.boxes", "nms") is None


def test_parameters_that_were_renamed():
    renamed = KNOWN.legacy.parameters("torchvision.transforms.functional")["affine"]
    assert ("fillcolor", "fill", "0.14.0") in renamed


def test_addresses_of_a_table_that_is_gone():
    addresses = KNOWN.legacy.addresses("torchvision.models.alexnet.model_urls")
    assert addresses == {"alexnet": "https://download.pytorch.org/models/alexnet-owt-7be5be79.pth"}
    assert KNOWN.legacy.addresses("torchvision.models.not_there.model_urls") == {}


def test_spans_overlap_where_both_hold():
    timeline = KNOWN.timeline
    assert timeline.overlap(Span("0.9.0", "0.12.0", 1), Span("0.11.1", "0.14.0", 2)) == ("0.11.1", "0.12.0")
    assert timeline.overlap(Span("0.9.0", "0.10.0", 1), Span("0.11.1", "0.14.0", 2)) is None
