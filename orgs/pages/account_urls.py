"""Addresses of login and accounts."""

from django.urls import path

from orgs.pages import account_keeping, accounts, login, me, tokens

urlpatterns = [
    path("login/", login.login, name="login"),
    path("login/second-step/", login.second_step, name="login-second-step"),
    path("login/enrol/", login.enrol, name="login-enrol"),
    path("login/enrol/qr.svg", login.enrol_qr, name="login-enrol-qr"),
    path("logout/", accounts.logout, name="logout"),
    path("lock/", accounts.lock, name="lock"),
    path("confirm/", accounts.confirm, name="confirm-login"),
    path("resume/", accounts.resume, name="resume"),
    path("password/", accounts.password, name="password-change"),
    path("me/", me.me, name="me"),
    path("me/phones/trust/", me.trust_phone, name="trust-phone"),
    path("me/phones/<uuid:pk>/revoke/", me.revoke_phone, name="revoke-phone"),
    path("me/sessions/end-others/", me.end_other_sessions, name="end-other-sessions"),
    path("me/sessions/<uuid:pk>/end/", me.end_session, name="end-session"),
    path("me/second-factor/", me.enrol_second_factor, name="second-factor"),
    path("me/second-factor/qr.svg", me.second_factor_qr, name="second-factor-qr"),
    path("me/second-factor/codes/", me.renew_codes, name="recovery-codes"),
    path("me/tokens/", tokens.token_list, name="tokens"),
    path("me/tokens/<uuid:pk>/revoke/", tokens.revoke, name="revoke-token"),
    path("accounts/", account_keeping.account_list, name="accounts"),
    path("accounts/<uuid:pk>/", account_keeping.account, name="account"),
    path("accounts/<uuid:pk>/<slug:step>/", account_keeping.account_step, name="account-step"),
    path("sign-ins/", account_keeping.sign_in_list, name="sign-ins"),
]
