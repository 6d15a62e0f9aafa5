"""Pictures that the site draws itself, from what a post or a record is about."""
