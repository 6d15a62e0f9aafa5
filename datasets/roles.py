"""The role in which somebody acts: what readers are told instead of a name."""

# Groups that act on the catalogue, the most telling first.
ROLES = ("Curator", "Editor", "Writer")
ADMINISTRATOR, STAFF, SYSTEM, IMPORT = "Administrator", "Staff", "System", "Import"
OF_PEOPLE = (*ROLES, ADMINISTRATOR, STAFF)
ALL_ROLES = (*OF_PEOPLE, SYSTEM, IMPORT)


def role_of(user):
    """The user's role as it is now; without a user a command acted."""
    if user is None:
        return SYSTEM
    groups = set(user.groups.values_list("name", flat=True))
    named = next((role for role in ROLES if role in groups), None)
    return named or (ADMINISTRATOR if user.is_superuser else STAFF)
