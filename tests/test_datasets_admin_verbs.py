"""The desk: its buttons, actions, merges, deletions and queue, and who may use them."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from datasets.models import (
    Modality,
    Record,
    Revision,
    Slug,
    Suggestion,
)
from tests.desk import form_of, history, url
from tests.factories import (
    AnatomyFactory,
    DatasetFactory,
    HostFactory,
    LicenseFactory,
    ModalityFactory,
    PaperFactory,
    TaskFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
User = get_user_model()


# Verbs


def test_buttons_publish_verify_and_withdraw(desk, jane):
    record = DatasetFactory(slug="a", published=False)
    page = desk.get(url("change", record)).text
    assert "Publish" in page and "View on site" not in page
    assert desk.get(url("publish", record)).status_code == 405
    assert desk.post(url("publish", record)).status_code == 302
    assert desk.post(url("verify", record)).status_code == 302
    record.refresh_from_db()
    assert record.published and record.verified_by == jane
    assert 'href="/datasets/a/" class="viewsitelink"' in desk.get(url("change", record)).text

    page = desk.get(url("withdraw", record))
    assert page.status_code == 200
    page = desk.post(url("withdraw", record), {"note": " "})
    assert "Say why" in page.text
    assert desk.post(url("withdraw", record), {"note": "Taken down."}).status_code == 302
    record.refresh_from_db()
    assert not record.published
    assert [row[0] for row in history(record)] == ["created", "created", "changed", "withdrawn"]
    assert history(record)[-1] == ("withdrawn", "Taken down.", "jane")


def test_buttons_need_the_csrf_token(jane):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(jane)
    record = DatasetFactory(published=False)
    assert strict.post(url("publish", record)).status_code == 403


def test_actions_on_a_list(desk):
    rows = [DatasetFactory(published=False), DatasetFactory(published=False)]
    chosen = {"_selected_action": [row.pk for row in rows]}
    page = desk.post(
        url("changelist", model="dataset"), {"action": "publish_chosen", **chosen}, follow=True
    )
    assert "2 records published." in page.text
    page = desk.post(
        url("changelist", model="dataset"), {"action": "verify_chosen", **chosen}, follow=True
    )
    assert "2 records verified today." in page.text
    address = url("changelist", model="dataset")
    page = desk.post(address, {"action": "withdraw_chosen", **chosen})
    assert rows[0].name in page.text and "Reason" in page.text
    page = desk.post(address, {"action": "withdraw_chosen", "note": "", **chosen})
    assert "Say why" in page.text
    page = desk.post(address, {"action": "withdraw_chosen", "note": "Gone.", **chosen}, follow=True)
    assert "2 records withdrawn." in page.text
    assert not Record.objects.published().exists()


@pytest.mark.parametrize("chosen", ["abc", "9" * 40, "-1", "\0", "٣"])
@pytest.mark.parametrize(
    "action", ["publish_chosen", "merge_chosen", "delete_selected", "nonsense"]
)
def test_impossible_choices_change_nothing(desk, chosen, action):
    DatasetFactory()
    page = desk.post(
        url("changelist", model="dataset"), {"action": action, "_selected_action": chosen}
    )
    assert page.status_code in (200, 302)


def test_merge_two_records(desk):
    old, new = DatasetFactory(slug="old", name="Old", year=2001), DatasetFactory(name="New")
    page = desk.post(
        url("changelist", model="dataset"),
        {"action": "merge_chosen", "_selected_action": [old.pk, new.pk]},
    )
    assert "/merge/?into=" in page.url
    page = desk.get(url("merge", old), {"into": new.pk})
    assert "“Old” goes, “New” stays" in page.text and "2001" in page.text
    page = desk.post(url("merge", old), {"into": new.pk}, follow=True)
    assert "merged into “New”" in page.text
    assert Slug.objects.owner("record", "old") == new.pk


def test_merge_two_terms(desk):
    old, new = ModalityFactory(name="Old"), ModalityFactory(name="New")
    DatasetFactory(modalities=[old])
    page = desk.get(url("merge", old), {"into": new.pk})
    assert "1 records" in page.text or "1 record" in page.text
    assert desk.post(url("merge", old), {"into": new.pk}).status_code == 302
    new.refresh_from_db()
    assert new.synonyms == ["Old"]


@pytest.mark.parametrize("into", ["", "abc", "9" * 40, "itself", "\0"])
def test_merge_page_refuses_what_is_no_survivor(desk, into):
    record = DatasetFactory()
    data = {"into": record.pk if into == "itself" else into}
    for page in (desk.get(url("merge", record), data), desk.post(url("merge", record), data)):
        assert page.status_code == 200
    assert Record.objects.count() == 1


def test_a_refused_merge_says_why(desk):
    shown, hidden = DatasetFactory(), DatasetFactory(name="Hidden", published=False)
    page = desk.post(url("merge", shown), {"into": hidden.pk})
    assert "Publish “Hidden” first" in page.text


@pytest.mark.parametrize(
    "factory",
    [ModalityFactory, AnatomyFactory, TaskFactory, LicenseFactory, HostFactory, UnitFactory],
)
def test_merge_pages_of_every_vocabulary(desk, factory):
    old, new = factory(), factory()
    assert desk.get(url("merge", old), {"into": new.pk}).status_code == 200
    assert desk.post(url("merge", old), {"into": new.pk}).status_code == 302
    assert not type(old).objects.filter(pk=old.pk).exists()


# Deleting


def test_only_superusers_delete_and_are_told_to_withdraw(desk):
    record = DatasetFactory(slug="gone", sizes=[(5, "scans")])
    curator = User.objects.create_user("curator", is_staff=True)
    curator.user_permissions.set(Permission.objects.filter(content_type__app_label="datasets"))
    client = Client()
    client.force_login(curator)
    assert client.get(url("delete", record)).status_code == 403
    assert client.post(url("delete", record), {"post": "yes"}).status_code == 403
    page = client.get(url("changelist", model="dataset"))
    assert "delete_selected" not in page.text
    assert "Withdraw it instead" in desk.get(url("delete", record)).text
    assert desk.post(url("delete", record), {"post": "yes"}).status_code == 302
    assert Slug.objects.get(slug="gone").object_id is None
    gone = Revision.objects.get(slug="gone", event="withdrawn")
    assert (gone.by.username, gone.note) == ("jane", "Deleted.")


@pytest.mark.parametrize("kind", ["modality", "license", "host", "task", "unit", "paper"])
def test_what_is_in_use_cannot_be_deleted(desk, kind):
    record = DatasetFactory(
        modalities=["ct"], tasks=["t"], host="h", sizes=[(1, "scans")], paper=PaperFactory()
    )
    used = {
        "modality": record.modalities.first(),
        "task": record.tasks.first(),
        "license": record.license,
        "host": record.host,
        "unit": record.sizes.get().unit,
        "paper": record.paper,
    }[kind]
    address = url("changelist", model=kind)
    choice = {"action": "delete_selected", "_selected_action": used.pk}
    for page in (
        desk.get(url("delete", used)),
        desk.post(url("delete", used), {"post": "yes"}, follow=True),
        desk.post(address, choice),
        desk.post(address, {**choice, "post": "yes"}, follow=True),
    ):
        assert page.status_code == 200
    assert type(used).objects.filter(pk=used.pk).exists()


def test_a_term_that_nobody_uses_can_be_deleted(desk):
    term = ModalityFactory()
    assert desk.post(url("delete", term), {"post": "yes"}).status_code == 302
    assert not Modality.objects.exists()


# Suggestions


def test_the_queue_shows_new_ones_first_and_decides(desk):
    LicenseFactory(family="unspecified")
    Suggestion.objects.create(name="Lung CT", url="https://lung.example/")
    done = Suggestion.objects.create(name="Old one", state="declined")
    page = desk.get(url("changelist", model="suggestion")).text
    assert page.index("Lung CT") < page.index(">Old one")
    new = Suggestion.objects.get(name="Lung CT")
    page = desk.post(url("accept", new), follow=True)
    assert page.redirect_chain[-1][0] == url("change", Record.objects.get(), model="dataset")
    page = desk.post(url("decline", done), follow=True)
    assert "has been declined already" in page.text
    data = form_of(desk, url("change", new)) | {"reply": "Thank you."}
    assert desk.post(url("change", new), data).status_code == 302
    new.refresh_from_db()
    assert (new.reply, new.state) == ("Thank you.", "accepted")


def test_a_refused_suggestion_does_not_hold_up_the_others(desk):
    good = [Suggestion.objects.create(name=name) for name in ("A", "B")]
    done = Suggestion.objects.create(name="Done", state="accepted")
    page = desk.post(
        url("changelist", model="suggestion"),
        {"action": "decline_chosen", "_selected_action": [row.pk for row in [*good, done]]},
        follow=True,
    )
    assert "2 suggestions declined." in page.text
    assert "“Done” has been accepted already." in page.text


# One who may only look


def test_looking_shows_no_verb_and_every_verb_is_refused(looker):
    record = DatasetFactory(sizes=[(5, "scans")], published=False)
    page = looker.get(url("change", record))
    assert page.status_code == 200
    for verb in (">Publish<", "Verified today", "Merge…", "Reason for this change", "_save"):
        assert verb not in page.text
    assert "scans" in page.text.lower()
    for verb in ("publish", "verify", "withdraw", "merge"):
        assert looker.post(url(verb, record), {"note": "x"}).status_code == 403
        assert looker.get(url(verb, record)).status_code in (403, 405)
    assert looker.post(url("change", record), {"name": "x"}).status_code == 403
    term = ModalityFactory()
    assert looker.get(url("merge", term)).status_code == 403
    suggestion = Suggestion.objects.create(name="Lung CT")
    assert looker.post(url("accept", suggestion)).status_code == 403
    page = looker.get(url("changelist", model="dataset"))
    assert "publish_chosen" not in page.text
    looker.post(
        url("changelist", model="dataset"),
        {"action": "publish_chosen", "_selected_action": record.pk},
    )
    record.refresh_from_db()
    assert not record.published
