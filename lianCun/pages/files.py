"""/files/…: one private file, for those who may read what it belongs to."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from kit import files
from kit.pages import Page


class Download(Page):
    """GET the file as an attachment; with ``?show`` a photo appears in place."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return files.answer(request.user, kwargs["file_id"], inline="show" in request.GET)
