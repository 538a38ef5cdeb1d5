"""Use cases of lot binding: each records a fact and tells whose exposure it touched."""
