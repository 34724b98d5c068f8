"""Photos made small and harmless: decoded and written anew as JPEG, upright, without EXIF (place, device, time)."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from kit.errors import RuleBroken

MOST_PIXELS = 50_000_000
LONG_SIDE = 2560
_QUALITIES = (85, 75, 65, 55)


def compress(data: bytes, limit: int) -> bytes:
    """JPEG bytes of at most ``limit`` bytes, from a JPEG, PNG or WEBP (its first frame).

    Raises RuleBroken ``file_unsafe`` (422) for a broken image or one of more than 50 million pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise _broken("图片太大（超过五千万像素），请缩小后再上传。")
                # Large JPEGs are decoded at a fraction of their size, which bounds memory.
                image.draft("RGB", (LONG_SIDE, LONG_SIDE))
                picture = _on_white(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise _broken("图片太大（超过五千万像素），请缩小后再上传。") from fault
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as fault:
        raise _broken("图片打不开，可能没有传完整，请重新选择。") from fault
    side = LONG_SIDE
    while True:
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        for quality in _QUALITIES:
            written = io.BytesIO()
            picture.save(written, "JPEG", quality=quality, optimize=True, progressive=True)
            if written.tell() <= limit:
                return written.getvalue()
        side = max(picture.size) * 3 // 4
        if side < 64:
            raise _broken("图片压缩后仍然太大，请换一张。")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    return image.convert("RGB")


def _broken(sentence: str) -> RuleBroken:
    return RuleBroken("file_unsafe", sentence, field="file")
