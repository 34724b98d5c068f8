"""What the test app registers with kit."""

from kit import audit

audit.govern("kitapp.Thing", personal=("holder", "phone"), secret=("secret",), ignore=("touched_at",))
audit.govern("kitapp.Loaded", loads=True)
audit.exempt("kitapp.Effect", because="看得见重复")
