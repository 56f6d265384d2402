"""The first plan: out of playbooks, typed in a form, or brought as a file. Publishing it is `pages.plan.publication`."""
