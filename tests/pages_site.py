"""A small site for the tests of the page bases: a form with drafts, a verb with a reason, refusals, the style guide."""

from django import forms
from django.db import OperationalError
from django.urls import include, path

from kit.components import Confirmation
from kit.errors import Hidden, IllegalMove, RuleBroken
from kit.pages import ActionPage, Done, FormPage, ListPage, Page
from lianCun.pages import styleguide
from lianCun.urls import handler400, handler403, handler404, handler500  # noqa: F401
from tests.kitapp.models import Thing


class Plain(Page):
    template_name = "styleguide_form.html"
    title = "一页"

    def get(self, request):
        if refuse := request.GET.get("refuse"):
            raise {"404": Hidden(), "409": IllegalMove("现在是“草稿”，只有“进行中”时才能“办结”。")}[refuse]
        return self.show(
            form=styleguide.DemandForm(), wrong=styleguide.DemandForm(), posts=["别人的任职"], done=["别的"]
        )


class ThingForm(forms.Form):
    title = forms.CharField(label="名称", max_length=40, help_text="一句话说清")
    words = forms.CharField(label="原话", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    kinds = forms.MultipleChoiceField(
        label="类别", required=False, choices=[("a", "水利"), ("b", "道路")], widget=forms.CheckboxSelectMultiple
    )
    photo = forms.FileField(label="照片", required=False)


class NewThing(FormPage):
    """Creates one row per act, without any uniqueness of its own, so that a double would show."""

    title = "报需求"
    form_class = ThingForm
    draft_name = "test-thing"

    def act(self, form):
        title = form.cleaned_data["title"]
        if title == "重名":
            raise RuleBroken("title_taken", "这个名称本季度已经有了。", field="title")
        if title == "抢先":
            Thing.objects.create(pk=Thing.objects.create(title="先到").pk, title="后到")
        if title == "断线":
            raise OperationalError("connection refused")
        if title == "太晚":
            raise IllegalMove("议题征集已于11月20日截止。")
        thing = Thing.objects.create(title=title)
        return Done(f"/plain/?thing={thing.pk}", Confirmation(f"已上报：{title}", now_with="三江镇党委 · 陈立"))


class ReturnThing(ActionPage):
    title = "退回"
    button = "退回"
    question = "退回后由村里修改再报。"
    needs_reason = True
    danger = True

    def act(self, form):
        Thing.objects.create(title=form.cleaned_data["reason"])
        return Done("/plain/")


class Things(ListPage):
    template_name = "components/pager.html"
    title = "台账"
    columns = ("title",)
    ordering = ("title", "id")

    def rows(self):
        return Thing.objects.filter(title__contains=self.request.GET.get("search", ""))


urlpatterns = [
    path("things/", Things.as_view()),
    path("plain/", Plain.as_view()),
    path("new/", NewThing.as_view(), name="test-new"),
    path("return/", ReturnThing.as_view()),
    path("styleguide/", styleguide.StyleGuide.as_view()),
    path("styleguide/form/", styleguide.FormGuide.as_view()),
    path("styleguide/body/", styleguide.BodyGuide.as_view()),
    path("styleguide/refusal/<int:status>/", styleguide.refusal_example),
    path("", include("lianCun.urls")),
]
