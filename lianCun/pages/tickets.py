"""凭查询码查答复: one page for whatever was handed in without a name."""

from django import forms
from django.http import HttpRequest, HttpResponse

from kit import tickets
from kit.pages import FormPage
from kit.visitors import ForAnybody, tell_to_wait, too_many


class TicketForm(forms.Form):
    ticket = forms.CharField(
        label="查询码",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text="提交异议或投诉建议时给您的十二位码，例如 ABCD-EFGH-JKMN，大小写都行。",
    )


class Lookup(ForAnybody, FormPage):
    """Posted, so that no ticket stands in an address, and counted, so that none can be guessed."""

    template_name = "lianCun/answers.html"
    title = "凭查询码查答复"
    form_class = TicketForm
    button = "查答复"

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        form = self.form(request.POST)
        if seconds := too_many(request, "lookup"):
            form.add_error(None, f"查得太频繁了，请过{-(-seconds // 60)}分钟再查。")
            return tell_to_wait(self.show_form(form, status=429), seconds)
        if form.is_valid():
            found = tickets.look_up(form.cleaned_data["ticket"])
            if found is not None:
                return self.show(found=found, form=self.form(), button="再查一个")
            form.add_error("ticket", "没有查到。请对照抄下的查询码再输一次，没有数字 0、1 和字母 I、L、O。")
        return self.show_form(form, status=422)
