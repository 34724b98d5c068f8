"""Forms of login and accounts: the shape of what is typed; the rules are in the services."""

from django import forms

# Long enough for any password, short enough that hashing it costs nothing special.
MAX = 128


def _password(label: str, *, autocomplete: str = "current-password", hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=MAX,
        help_text=hint,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete, "data-no-draft": ""}),
    )


def _digits(
    label: str, *, length: int, hint: str = "", autocomplete: str = "off", secret: bool = True
) -> forms.CharField:
    attrs = {"inputmode": "numeric", "autocomplete": autocomplete, "class": "short", "data-no-draft": ""}
    widget = forms.PasswordInput(attrs) if secret else forms.TextInput(attrs)
    return forms.CharField(label=label, max_length=length, help_text=hint, widget=widget)


class LoginForm(forms.Form):
    username = forms.CharField(
        label="登录名",
        max_length=100,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "data-no-draft": ""}
        ),
    )
    password = _password("密码")
    trust = forms.BooleanField(
        label="信任这台手机 30 天", required=False, help_text="只用于本人的手机：闲置后输 6 位 PIN 即可继续。"
    )


class CodeForm(forms.Form):
    code = _digits(
        "动态口令",
        length=20,
        hint="手机应用里的 6 位数字；手机丢了可以输一个备用码。",
        autocomplete="one-time-code",
        secret=False,
    )


class EnrolForm(forms.Form):
    code = _digits("应用里显示的 6 位数字", length=12, autocomplete="one-time-code", secret=False)


class PinForm(forms.Form):
    pin = _digits("PIN", length=12, hint="信任这台手机时设的 6 位数字。")


class TrustForm(forms.Form):
    label = forms.CharField(label="手机名称", max_length=60, help_text="方便以后认出来，例如：我的华为手机")
    pin = _digits("设一个 6 位 PIN", length=12, hint="不要用连号、同号或重复的数字，也不要用银行卡密码。")
    again = _digits("再输一次", length=12)

    def clean(self) -> dict:
        data = super().clean() or {}
        if data.get("pin") and data.get("again") and data["pin"] != data["again"]:
            self.add_error("again", "两次输入的 PIN 不一样。")
        return data


class ConfirmForm(forms.Form):
    password = _password("密码")


class PasswordForm(forms.Form):
    current = _password("原密码")
    new = _password(
        "新密码",
        autocomplete="new-password",
        hint="至少 10 位，含大写字母、小写字母、数字、符号中的至少三类，不能含登录名。",
    )
    again = _password("再输一次新密码", autocomplete="new-password")

    def clean(self) -> dict:
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", "两次输入的新密码不一样。")
        return data


class OpenAccountForm(forms.Form):
    username = forms.CharField(
        label="登录名",
        max_length=40,
        help_text="3 至 40 位小写字母、数字或 . _ -，可以用姓名拼音。",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2}), help_text="写进办理记录。"
    )
