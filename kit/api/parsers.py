"""Bodies are JSON of at most 1 MB, in valid UTF-8, without what a database or a client cannot hold."""

import json
import math
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

from kit.api.errors import TooLarge

LARGEST_BODY = 1_000_000  # bytes
DEEPEST = 20  # levels of nesting


class StrictJSONParser(BaseParser):
    """Refuses NaN, infinities, repeated names, NUL and lone surrogates; never more than ``LARGEST_BODY`` bytes read."""

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(self, stream, media_type=None, parser_context=None) -> Any:
        raw = stream.read(LARGEST_BODY + 1)
        if len(raw) > LARGEST_BODY:
            raise TooLarge
        try:
            data = json.loads(
                raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_finite
            )
        except UnicodeDecodeError:
            raise ParseError("内容不是有效的 UTF-8 文字。") from None
        except RecursionError:
            raise ParseError("内容嵌套太深。") from None
        except ValueError as error:
            # Our own sentences are Chinese; the decoder's would be English.
            own = str(error) if str(error).endswith("。") else "内容不是有效的 JSON。"
            raise ParseError(own) from None
        _check(data)
        return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("同一个名称出现了两次。")
    return found


def _no_constant(name: str) -> None:
    raise ValueError("数字不能是 NaN 或无穷大。")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("数字不能是 NaN 或无穷大。")
    return number


def _check(data: Any) -> None:
    level = [data]
    for _ in range(DEEPEST):
        below: list[Any] = []
        for each in level:
            if isinstance(each, str):
                _check_text(each)
            elif isinstance(each, dict):
                for name, value in each.items():
                    _check_text(name)
                    below.append(value)
            elif isinstance(each, list):
                below.extend(each)
        if not below:
            return
        level = below
    raise ParseError("内容嵌套太深。")


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise ParseError("文字中不能有空字符。")
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise ParseError("文字中有不完整的字符。")
