"""Who may do what: one table of roles and verbs, asked of the policy and of the verbs themselves."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from articles import policy, publishing
from articles.models import Post
from tests.factories_articles import PostFactory, member

upgrade = import_module("articles.migrations.0004_writers")

pytestmark = pytest.mark.django_db

ALL = set(policy.PERMISSIONS)
MAY = {
    "anonymous": set(),
    "reader with an account": set(),
    "writer-owner": {"view", "edit", "submit"},
    "other writer": set(),
    "editor": ALL,
    "editor who wrote it": ALL - {"approve"},
    "editor who wrote before": ALL - {"approve"},
    "editor who submitted it": ALL - {"approve"},
    "curator": set(),
    "superuser": ALL,
    "superuser who wrote it": ALL - {"approve"},
    "editor who left": set(),
    "editor who is no staff any more": set(),
}


@pytest.fixture
def people(django_user_model):
    left = member("Editor", "left", is_active=False)
    demoted = member("Editor", "demoted")
    django_user_model.objects.filter(pk=demoted.pk).update(is_staff=False)
    demoted.refresh_from_db()
    return {
        "anonymous": AnonymousUser(),
        "reader with an account": django_user_model.objects.create_user("reader"),
        "writer-owner": member("Writer", "owner"),
        "other writer": member("Writer", "other"),
        "editor": member("Editor", "editor"),
        "editor who wrote it": member("Editor", "author"),
        "editor who wrote before": member("Editor", "first"),
        "editor who submitted it": member("Editor", "submitter"),
        "curator": member("Curator"),
        "superuser": django_user_model.objects.create_superuser("root"),
        "superuser who wrote it": django_user_model.objects.create_superuser("root2"),
        "editor who left": left,
        "editor who is no staff any more": demoted,
    }


@pytest.fixture
def post(people):
    return PostFactory(
        owner=people["writer-owner"],
        edited_by=people["editor who wrote it"],
        submitted_by=people["editor who submitted it"],
        publish=True,
    )


def prepare(role, post, people):
    """Publishing clears who submitted and who wrote; and one of the roles is of a post that a superuser wrote."""
    post.submitted_by = people["editor who submitted it"]
    post.submitted_at = timezone.now()
    if role == "superuser who wrote it":
        post.edited_by = people[role]
    post.save()
    post.writers.add(people["editor who wrote before"])


@pytest.mark.parametrize("verb", sorted(ALL))
@pytest.mark.parametrize("role", MAY)
def test_the_table_of_roles_and_verbs(role, verb, post, people):
    prepare(role, post, people)
    assert policy.may(people[role], verb, post) == (verb in MAY[role])


def test_whoever_submitted_a_post_may_take_it_back(post, people):
    post.submitted_by = people["writer-owner"]
    assert policy.may(people["writer-owner"], "return", post)
    assert not policy.may(people["other writer"], "return", post)
    assert not policy.may(people["writer-owner"], "return", PostFactory())


def schedule(post):
    return publishing.approve(post, by=None, at=timezone.now() + timedelta(hours=1))


CALLS = {
    "submit": lambda post, by: publishing.submit(post, by=by),
    "approve": lambda post, by: publishing.approve(post, by=by),
    "cancel": lambda post, by: publishing.cancel(schedule(post), by=by),
    "roll_back": lambda post, by: publishing.roll_back(post.revisions.get(), by=by),
    "correct": lambda post, by: publishing.correct(post, by=by, text="It was so."),
    "withdraw": lambda post, by: publishing.withdraw(post, by=by, notice="It was wrong."),
}


@pytest.mark.parametrize("verb", CALLS)
@pytest.mark.parametrize("role", MAY)
def test_the_verbs_ask_the_policy(role, verb, post, people):
    prepare(role, post, people)
    try:
        with transaction.atomic():
            CALLS[verb](post, people[role])
    except PermissionDenied as refused:
        assert verb not in MAY[role]
        assert str(refused)
    else:
        assert verb in MAY[role]


def test_a_refused_verb_changes_nothing(post, people):
    for verb, call in CALLS.items():
        if verb != "cancel":
            with pytest.raises(PermissionDenied):
                call(post, people["other writer"])
    fresh = Post.objects.get(pk=post.pk)
    assert (fresh.submitted_at, fresh.withdrawn_at) == (None, None)
    assert fresh.revisions.count() == 1 and not fresh.corrections.exists()


def test_the_setting_lets_one_person_do_both(post, people, settings):
    settings.ALLOW_OWN_APPROVAL = True
    post.writers.add(people["editor who wrote before"])
    assert policy.may(people["editor who wrote it"], "approve", post)
    assert policy.may(people["editor who wrote before"], "approve", post)
    assert not policy.may(people["writer-owner"], "approve", post)


def test_the_setting_is_off_unless_somebody_turns_it_on(settings):
    assert settings.ALLOW_OWN_APPROVAL is False


def test_a_second_person_is_named_as_the_reason(post, people):
    with pytest.raises(PermissionDenied, match="A second person"):
        publishing.approve(post, by=people["editor who wrote it"])


def test_approval_settles_who_wrote_and_a_rollback_does_not(post, people):
    first = people["editor who wrote before"]
    post.writers.add(first)
    publishing.roll_back(post.revisions.get(), by=people["editor"])
    publishing.submit(post, by=people["editor who submitted it"])
    assert list(post.writers.all()) == [first]
    publishing.approve(post, by=people["editor"])
    assert not post.writers.exists()
    assert policy.may(first, "approve", post)


def test_a_refused_approval_settles_nothing(post, people):
    post.writers.add(people["editor who wrote before"])
    post.bylines.all().delete()
    with pytest.raises(publishing.PublishingRefused):
        publishing.approve(post, by=people["editor"])
    assert post.writers.exists()


def test_the_last_editors_of_before_are_still_known(post, people):
    """Posts from before writers were kept: their last editor wrote them, unless they were approved since."""
    fresh, nobodys = PostFactory(edited_by=people["editor"]), PostFactory()
    upgrade.name_last_editors(apps, SimpleNamespace(connection=connection))
    assert list(fresh.writers.all()) == [people["editor"]]
    assert not nobodys.writers.exists() and not post.writers.exists()


def test_which_working_copies_each_role_sees(post, people):
    other = PostFactory(owner=people["other writer"])

    def seen(role):
        return set(policy.visible_posts(people[role], Post.objects.all()))

    assert seen("writer-owner") == {post}
    assert seen("other writer") == {other}
    assert seen("editor") == seen("superuser") == {post, other}
    for role in ("anonymous", "reader with an account", "curator", "editor who left"):
        assert seen(role) == set()


class TestGroups:
    def test_their_permissions_are_the_ones_that_django_knows(self):
        codenames = Permission.objects.filter(content_type__app_label="articles")
        assert len(set(codenames.values_list("codename", flat=True))) == codenames.count()
        for group in Group.objects.all():
            for permission in group.permissions.select_related("content_type"):
                assert permission.content_type.model_class() is not None
                assert permission.name[:4] == "Can "

    def test_a_writer_adds_posts_works_sources_and_images_and_changes_no_vocabulary(self):
        writer = member("Writer")
        for model in ("post", "work", "source", "image"):
            assert writer.has_perm(f"articles.add_{model}")
        for model in ("category", "author", "source", "work", "image"):
            assert writer.has_perm(f"articles.view_{model}")
            assert not writer.has_perm(f"articles.delete_{model}")
        assert not writer.has_perm("articles.add_category")
        assert not writer.has_perm("datasets.change_dataset")

    def test_an_editor_has_every_verb_and_rewrites_no_history(self):
        editor = member("Editor")
        assert editor.has_perms(list(policy.PERMISSIONS.values()))
        for verb in ("add", "change", "delete"):
            assert not editor.has_perm(f"articles.{verb}_revision")
            assert not editor.has_perm(f"articles.{verb}_correction")
        assert not editor.has_perm("datasets.change_dataset")

    def test_a_curator_has_all_of_the_catalogue_and_no_post(self):
        curator = member("Curator")
        for permission in Permission.objects.filter(content_type__app_label="datasets"):
            assert curator.has_perm(f"datasets.{permission.codename}")
        assert not any(name.startswith("articles.") for name in curator.get_all_permissions())
