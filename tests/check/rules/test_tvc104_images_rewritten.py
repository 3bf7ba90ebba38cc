"""TVC104 on the image functions of ``torchvision.io``: what ``fix`` makes of calls, and what it leaves for which reason."""

import textwrap

import pytest

from ..conftest import between
from ..programs import check_kept, fixed

REWRITTEN = {
    "decoder-by-attribute": """
        from torchvision import io
        image = io.decode_jpeg(data, mode="RGB", apply_exif_orientation=True)
        =>
        from torchvision import io
        from torchcodec.decoders import decode_jpeg
        image = decode_jpeg(data, mode="RGB")
    """,
    "decoder-imported": """
        from torchvision.io import decode_png
        image = decode_png(data, "GRAY", True)
        =>
        from torchcodec.decoders import decode_png
        image = decode_png(data, mode="GRAY", output_dtype="auto")
    """,
    "defaults-are-written-down": """
        from torchvision.io import decode_image
        image = decode_image(data)
        =>
        from torchcodec.decoders import decode_image
        image = decode_image(data, mode="UNCHANGED", output_dtype="auto")
    """,
    "orientation-without-a-mode": """
        import torchvision
        image = torchvision.io.decode_jpeg(data, apply_exif_orientation=True)
        =>
        import torchvision
        from torchcodec.decoders import decode_jpeg
        image = decode_jpeg(data, mode="UNCHANGED")
    """,
    "other-name-of-a-mode": """
        from torchvision.io import decode_webp
        image = decode_webp(data, mode="rgba")
        =>
        from torchcodec.decoders import decode_webp
        image = decode_webp(data, mode="RGB_ALPHA")
    """,
    "decoder-with-an-alias": """
        from torchvision.io import decode_gif as frames_of
        frames = [frames_of(data) for data in files]
        =>
        from torchcodec.decoders import decode_gif as frames_of
        frames = [frames_of(data, mode="RGB") for data in files]
    """,
    "renamed": """
        from torchvision.io import read_image
        def load(path):
            return read_image(path, mode="RGB") / 255
        =>
        from torchcodec.decoders import decode_image
        def load(path):
            return decode_image(path, mode="RGB", output_dtype="auto") / 255
    """,
    "first-argument-by-keyword": """
        from torchvision import io
        image = io.decode_png(input=data, mode="RGB")
        =>
        from torchvision import io
        from torchcodec.decoders import decode_png
        image = decode_png(source=data, mode="RGB", output_dtype="auto")
    """,
    "on-several-lines": """
        from torchvision import io
        image = io.decode_image(
            data,
            mode="RGB",  # grey ones too
        )
        =>
        from torchvision import io
        from torchcodec.decoders import decode_image
        image = decode_image(
            data,
            mode="RGB",  # grey ones too
            output_dtype="auto",
        )
    """,
    "on-the-cpu": """
        from torchvision import io
        image = io.decode_jpeg(data, "GRAY", "cpu")
        =>
        from torchvision import io
        from torchcodec.decoders import decode_jpeg
        image = decode_jpeg(data, mode="GRAY", device="cpu")
    """,
    "path-of-read-file": """
        from torchvision import io
        from torchvision.io import read_file
        image = io.decode_jpeg(read_file(path), mode="RGB")
        image = read_file("b")
        =>
        from torchvision import io
        from torchvision.io import read_file
        from torchcodec.decoders import decode_jpeg
        image = decode_jpeg(path, mode="RGB")
        image = read_file("b")
    """,
    "encoder": """
        from torchvision.io import encode_jpeg
        data = encode_jpeg(image, 90)
        more = encode_jpeg(quality=10, input=image[0])
        =>
        from torchcodec.encoders import JpegEncoder
        data = JpegEncoder(image).to_tensor(quality=90)
        more = JpegEncoder(image[0]).to_tensor(quality=10)
    """,
    "writer": """
        from torchvision import io
        io.write_png(image, "a.png", compression_level=9)
        =>
        from torchvision import io
        from torchcodec.encoders import PngEncoder
        PngEncoder(image).to_file("a.png", compression_level=9)
    """,
    "bytes-of-a-file": """
        from torchvision.io import read_file
        data = read_file(folder / "a.png")
        =>
        import torch
        from pathlib import Path
        data = torch.frombuffer(bytearray(Path(folder / "a.png").read_bytes()), dtype=torch.uint8)
    """,
    "bytes-into-a-file": """
        import torch
        from torchvision.io import write_file
        write_file("a.bin", torch.cat([data, data]))
        =>
        import torch
        from pathlib import Path
        Path("a.bin").write_bytes(torch.cat([data, data]).numpy())
    """,
}


@pytest.mark.parametrize("program", REWRITTEN.values(), ids=REWRITTEN)
def test_calls_are_rewritten_where_that_is_asked_for(program):
    before, after = (part.strip("\n") for part in program.split("=>"))
    written, _ = fixed(_block(before), unsafe=True)
    assert written == _block(after)


@pytest.mark.parametrize("program", REWRITTEN.values(), ids=REWRITTEN)
def test_nothing_is_rewritten_without_being_asked_for(program):
    before = _block(program.split("=>")[0].strip("\n"))
    written, left = fixed(before)
    assert written == before
    assert left


def _block(text):
    return textwrap.dedent(text.rstrip() + "\n")


def test_a_file_that_is_only_read_to_be_decoded_is_read_by_the_decoder():
    source = "from torchvision.io import decode_jpeg, read_file\nimage = decode_jpeg(read_file(path), 'RGB')\n"
    once, (reason,) = fixed(source, unsafe=True)
    assert "run fix again" in reason
    assert fixed(once, unsafe=True) == (
        'from torchcodec.decoders import decode_jpeg\nimage = decode_jpeg(path, mode="RGB")\n',
        [],
    )


def test_modes_become_text_and_their_class_goes_with_the_second_run():
    source = 'from torchvision.io import ImageReadMode, read_image\nread_image("a", ImageReadMode.GRAY)\n'
    once, (reason,) = fixed(source, unsafe=True)
    assert "run fix again" in reason
    assert fixed(once, unsafe=True) == (
        'from torchcodec.decoders import decode_image\ndecode_image("a", mode="GRAY", output_dtype="auto")\n',
        [],
    )


RISKS = {
    "proved-the-same": """
        from torchvision import io
        io.decode_jpeg(data, mode="RGB", apply_exif_orientation=True)
        => left: needs torchcodec >= 0.17; --unsafe does it
    """,
    "another-result": """
        from torchvision import io
        io.decode_jpeg(data, mode="RGB")
        => left: needs torchcodec >= 0.17, and gives another result for images with an EXIF orientation; --unsafe does it
    """,
    "other-errors": """
        from torchvision.io import read_file
        read_file("a")
        => left: raises FileNotFoundError, IsADirectoryError or ValueError where torchvision raises RuntimeError; --unsafe does it
    """,
    "several-calls-of-one-import": """
        from torchvision.io import decode_jpeg
        decode_jpeg(data, mode="RGB", apply_exif_orientation=True)
        decode_jpeg(data, apply_exif_orientation=True)
        => left: needs torchcodec >= 0.17, and gives another result for CMYK JPEGs; --unsafe does it
    """,
}


@pytest.mark.parametrize("program", RISKS.values(), ids=RISKS)
def test_what_may_change_is_the_reason(program):
    check_kept(program)


KEPT = {
    "mode-of-a-variable": """
        from torchvision import io
        io.decode_image(data, mode=mode)
        => left: its mode is not certain from the call
    """,
    "mode-that-does-not-exist": """
        from torchvision import io
        io.decode_image(data, mode="BGR")
        => left: its mode is not certain from the call
    """,
    "mode-of-another-class": """
        from torchvision import io
        io.decode_image(data, mode=Mode.RGB)
        => left: its mode is not certain from the call
    """,
    "orientation-of-a-variable": """
        from torchvision import io
        io.decode_image(data, "RGB", turned)
        => left: the value of apply_exif_orientation is not certain from the call
    """,
    "unpacked-arguments": """
        from torchvision import io
        io.decode_image(data, **options)
        => left: its arguments are not all written in the call
    """,
    "on-a-gpu": """
        from torchvision import io
        io.decode_jpeg(data, "RGB", device)
        => left: results were compared on the CPU only
    """,
    "passed-on": """
        from torchvision import io
        images = map(io.read_image, paths)
        => left: read_image is passed on here; only calls are rewritten
    """,
    "passed-on-once": """
        from torchvision.io import read_image
        read_image("a")
        images = map(read_image, paths)
        => left: read_image is passed on in line 3; only calls are rewritten
    """,
    "imported-for-others": """
        from torchvision.io import read_image
        => left: nothing calls read_image here; other files may
    """,
    "exported": """
        from torchvision.io import read_image
        __all__ = ["read_image"]
        read_image("a")
        => left: read_image is exported; other files may call it
    """,
    "bound-to-something-else-too": """
        from torchvision.io import read_image
        if fast:
            from fast import read_image
        read_image("a")
        => left: read_image may not be read_image on every way through the program
    """,
    "result-of-a-writer": """
        from torchvision import io
        data = io.write_jpeg(image, "a.jpg")
        => left: the result of write_jpeg is used here, and what replaces it returns none
    """,
    "list-of-images": """
        from torchvision import io
        io.encode_jpeg([image for image in images])
        => left: JpegEncoder does not take lists of images
    """,
    "not-compared": """
        from torchvision import io
        io.decode_avif(data)
        => left: decode_avif was not compared
    """,
    "scripted": """
        import torch
        from torchvision import io
        @torch.jit.script
        def load(data: torch.Tensor):
            return io.decode_jpeg(data)
        => left: TorchScript does not compile what replaces it
    """,
    "one-inside-another": """
        from torchvision.io import encode_png
        encode_png(decode(encode_png(image)))
        => left: a call of encode_png is an argument of another
    """,
    "name-that-is-taken": """
        from torchvision import io
        def decode_image(data): ...
        io.decode_image(data)
        => left: the name decode_image is already used for something else
    """,
}


@pytest.mark.parametrize("program", KEPT.values(), ids=KEPT)
def test_what_is_not_certain_is_left(program):
    check_kept(program, unsafe=True)


def test_code_for_older_releases_too_is_left():
    check_kept("""
        from torchvision import io
        io.decode_jpeg(data, mode="RGB", apply_exif_orientation=True)
        => left: TorchCodec was not compared with torchvision 0.28.0, which the code supports
    """, between("0.21.0"), unsafe=True)  # fmt: skip


def test_a_second_run_rewrites_nothing_more():
    for program in REWRITTEN.values():
        once, _ = fixed(_block(program.split("=>")[0].strip("\n")), unsafe=True)
        twice, _ = fixed(once, unsafe=True)
        assert fixed(twice, unsafe=True)[0] == twice
