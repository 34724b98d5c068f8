"""The pages of 组织准备: joint organizations, units. Accounts have their own module."""
