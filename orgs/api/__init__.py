"""REST door of 组织准备: divisions organizations joint-orgs memberships people postings."""
