"""Posts from files: the launch posts, what is refused and where, and what a person wrote since."""

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.http import QueryDict

from articles import publishing
from articles.documents import build, loads, tables
from articles.importing import Refused, bring, read
from articles.management.commands.import_posts import LAUNCH
from articles.models import Author, Callout, Category, Image, Post, Revision, Source, Text, Work
from articles.tables import address, family
from datasets.filters import read_query
from datasets.index import current
from tests.factories import DatasetFactory
from tests.factories_articles import PostFactory, WorkFactory, member, tiny_png
from tests.launch import launch, put_posts  # noqa: F401

pytestmark = pytest.mark.django_db

POST = """---
title: "On images"
slug: on-images
category: research
citations:
  - title: A study
    source: The Journal
    url: https://a.example/x?utm_source=feed
---

## First

Words.
"""


def load(*paths, **options):
    output = io.StringIO()
    call_command("import_posts", *map(str, paths), stdout=output, **options)
    return output.getvalue()


def rows():
    return [list(model.objects.order_by("pk").values()) for model in (Post, Work, Source)]


def problems(text, **kwargs):
    _, found = read(text, **kwargs)
    return [(problem.line, problem.message) for problem in found]


def written(text, **kwargs):
    draft, found = read(text)
    assert found == []
    return bring(draft, **({"by": None} | kwargs)).post


def with_body(body):
    return POST.replace("Words.", body)


@pytest.mark.usefixtures("launch")
class TestLaunchPosts:
    @pytest.fixture(autouse=True)
    def loaded(self, launch):  # noqa: F811
        put_posts()

    def test_twelve_are_live_in_the_category_research(self):
        live = Revision.objects.live()
        assert live.count() == 12
        assert set(live.values_list("category__name", "kind").distinct()) == {
            ("Research", "news"),
            ("Research", "guide"),
        }
        assert Author.objects.get().name == "Newsroom staff"

    def test_they_are_published_in_the_order_of_the_files(self):
        slugs = [path.stem[3:] for path in sorted(LAUNCH.glob("*.md"))]
        listed = [revision.slug for revision in Revision.objects.live().for_list()]
        assert listed == slugs[::-1]

    def test_a_second_run_changes_and_publishes_nothing(self):
        before = rows()
        report = load(publish=True)
        assert "0 created, 0 changed, 12 unchanged, 0 kept; 0 published" in report
        assert rows() == before
        assert Revision.objects.count() == 12

    def test_a_cited_work_or_source_is_one_row(self):
        assert Work.objects.filter(doi="10.1016/j.acra.2019.10.006").get().citations.count() == 2
        assert Source.objects.get(name="Frontiers in Digital Health").works.count() == 3

    def test_works_without_an_address_say_so(self):
        post = Post.objects.get(slug="ai-scribe-record-time-jama")
        first, second = post.citations.all()
        assert first.waiver == "The address is not known to us."
        assert second.waiver == "" and "healthcaredive" in second.work.url

    def test_each_table_holds_what_its_directive_names_or_selects(self):
        seen = 0
        for revision in Revision.objects.live().filter(kind="guide"):
            index = current()
            document = loads(revision.document)
            for block, held in zip(tables(document), revision.held, strict=True):
                slugs = [slug for slug, _ in held]
                asked = QueryDict(address(block["query"], block["slugs"]))
                assert read_query(family(block), asked, index).check()
                assert slugs and (not block["slugs"] or slugs == block["slugs"])
                seen += 1
        assert seen == 26

    def test_what_the_front_matter_names_is_mentioned(self):
        for path in LAUNCH.glob("*.md"):
            draft, found = read(path.read_text())
            assert found == []
            revision = Revision.objects.live().get(slug=draft.slug)
            assert set(draft.records) <= set(revision.records.values_list("pk", flat=True))

    def test_what_was_edited_withdrawn_or_deleted_since_stays_so(self):
        edited, withdrawn, deleted = Post.objects.order_by("pk")[:3]
        Post.objects.filter(pk=edited.pk).update(title="By hand", version=2)
        publishing.withdraw(withdrawn, by=None, notice="It was wrong.")
        deleted.revisions.all().delete()
        deleted.delete()
        report = load(publish=True)
        assert "0 created, 0 changed, 10 unchanged, 2 kept; 0 published" in report
        assert "edited on the site" in report and "was deleted" in report
        assert Post.objects.get(pk=edited.pk).title == "By hand"
        load(overwrite=True)
        assert Post.objects.get(pk=edited.pk).title != "By hand"


class TestOneFile:
    def test_it_becomes_a_working_copy(self):
        post = written(POST)
        document = build(post)
        assert document["category"] == {"slug": "research", "name": "Research"}
        assert document["authors"] == [{"slug": "newsroom-staff", "name": "Newsroom staff"}]
        assert document["citations"][0]["url"] == "https://a.example/x"
        assert document["blocks"] == [{"type": "text", "html": "<h2>First</h2><p>Words.</p>"}]
        assert not post.revisions.exists()

    def test_names_are_found_whatever_their_case(self):
        written(POST)
        written(POST.replace("on-images", "two").replace("The Journal", "THE journal"))
        assert Source.objects.get().name == "The Journal"
        assert Work.objects.get().citations.count() == 2

    def test_records_are_named_by_former_slugs_too(self):
        record = DatasetFactory(slug="old")
        record.slug = "new"
        record.save()
        post = written(POST.replace("citations:", "datasets: [old]\ncitations:"))
        assert list(post.records.values_list("slug", flat=True)) == ["new"]

    def test_a_changed_file_changes_the_post(self):
        post = written(POST)
        again = written(POST.replace("Words.", "Other words."))
        assert again == post and again.version == 2
        assert "Other words." in Text.objects.get().html

    def test_a_persons_words_are_not_lost(self):
        post = written(POST)
        Post.objects.filter(pk=post.pk).update(title="Mine", version=2, edited_by=member("Editor"))
        draft, _ = read(POST)
        kept = bring(draft, by=None)
        assert (kept.state, kept.post.title) == ("kept", "Mine") and "by editor" in kept.reason
        assert bring(draft, by=None, overwrite=True).post.title == "On images"

    def test_what_a_person_imports_is_that_persons(self):
        written(POST, by=member("Editor"))
        draft, _ = read(POST.replace("Words", "Others"))
        assert bring(draft, by=None).state == "kept"

    def test_whoever_imports_wrote_it(self):
        first, second, third = (member("Editor", name) for name in ("first", "second", "third"))
        post = written(POST, by=first)
        draft, _ = read(POST.replace("Words", "Others"))
        bring(draft, by=second, overwrite=True)
        # Neither what changes nothing nor what is kept back is written.
        bring(draft, by=third)
        assert set(post.writers.all()) == {first, second}
        bring(read(POST)[0], by=None, overwrite=True)
        assert set(post.writers.all()) == {first, second}

    def test_a_writer_imports_own_posts_and_adds_no_category(self):
        writer = member("Writer")
        draft, _ = read(POST)
        with pytest.raises(Refused) as refused:
            bring(draft, by=writer)
        assert refused.value.problems[0].line == 4
        assert not Post.objects.exists() and not Source.objects.exists()
        Category.objects.create(slug="research", name="Research")
        Author.objects.create(slug="newsroom-staff", name="Newsroom staff")
        assert bring(draft, by=writer).post.owner == writer
        with pytest.raises(PermissionDenied):
            bring(read(POST.replace("Words", "Others"))[0], by=member("Writer", "other"))

    def test_an_image_beside_the_file_is_added(self, tmp_path, settings):
        settings.MEDIA_ROOT = tmp_path / "media"
        (tmp_path / "lung.png").write_bytes(tiny_png())
        body = "```image\nfile: lung.png\nalt: A lung.\ncredit: J. Doe\n```"
        (tmp_path / "post.md").write_text(with_body(body))
        load(tmp_path, dry_run=True)
        assert not Image.objects.exists() and not list(settings.MEDIA_ROOT.rglob("*.png"))
        load(tmp_path)
        assert (Image.objects.get().credit, Image.objects.get().file_width) == ("J. Doe", 3)

    def test_an_image_outside_the_folder_is_not_read(self, tmp_path):
        (tmp_path / "secret.png").write_bytes(tiny_png())
        folder = tmp_path / "posts"
        folder.mkdir()
        for name in ("../secret.png", str(tmp_path / "secret.png")):
            text = with_body(f"```image\nfile: {name}\nalt: x\n```")
            assert "There is no image" in problems(text, folder=folder)[0][1]


def table(lines, name="datasets"):
    return with_body(f"```{name}\n{lines}\ncaption: Sets\n```")


FAULTS = {
    "no front matter": ("Words.", 1, "“---”"),
    "an open front matter": ("---\ntitle: x\n", 1, "second line"),
    "no YAML": (POST.replace("slug: on-images", "slug: [on"), 4, "no YAML"),
    "an unknown key": (POST.replace("slug:", "slugg:"), 3, "did you mean “slug”"),
    "a key twice": (POST.replace("category:", "slug:"), 4, "second time"),
    "an alias": (POST.replace("on-images", "*x"), 3, "aliases"),
    "no title": (POST.replace('"On images"', '""'), 2, "title: "),
    "a title too long": (POST.replace("On images", "x" * 201), 2, "200"),
    "a title that cannot be seen": (POST.replace("On images", "\u200b"), 2, "can be seen"),
    "a work's title that turns": (POST.replace("A study", "A \u202estudy"), 6, "Leave out U+202E"),
    "a standfirst without end": (
        POST.replace("category:", f"standfirst: {'x' * 5001}\ncategory:"),
        4,
        "5000",
    ),
    "an author who cannot be seen": (
        POST.replace("category:", 'authors: ["\\u3164"]\ncategory:'),
        4,
        "authors: Nothing of this can be seen",
    ),
    "a bad slug": (POST.replace("on-images", "On Images"), 3, "lower-case"),
    "a kind": (POST.replace("category:", "kind: rumour\ncategory:"), 4, "rumour"),
    "a DOI": (POST.replace("    source:", "    doi: 11.1/x\n    source:"), 7, "is no DOI"),
    "an address": (POST.replace("https://a", "javascript:a"), 8, "url: "),
    "a date": (POST.replace("    source:", "    published: July\n    source:"), 7, "is no date"),
    "a role": (POST.replace("    source:", "    role: main\n    source:"), 7, "role: "),
    "a record": (
        POST.replace("citations:", "datasets:\n- luna\ncitations:"),
        6,
        "no record “luna”",
    ),
    "a first heading": (with_body("# Title"), 13, "##"),
    "an image in the text": (with_body("![x](y.png)"), 13, "```image"),
    "a misspelt directive": (with_body("```dataset\nquery: x\n```"), 13, "“datasets”"),
    "an open directive": (with_body("```quote\ntext: x\n"), 13, "no end"),
    "a query and a list": (table("query: modality=ct\ninclude: [luna16]"), 14, "either"),
    "neither": (table('query: ""\ninclude: []'), 14, "either"),
    "a wrong query": (table("query: flavour=sweet"), 14, "flavour"),
    "an empty query": (table("query: access=closed"), 14, "query: "),
    "an unknown list": (table("include: [nowhere]", "tools"), 14, "nowhere"),
    "too many": (table(f"include: [{', '.join(['nowhere'] * 201)}]"), 14, "201 are too many"),
    "a column": (table("query: modality=ct\ncolumns: name, price"), 15, "price"),
    "an unknown table key": (table("query: modality=ct\nincludes: []"), 15, "did you mean"),
    "a tone": (with_body("```callout\ntone: loud\ntext: x\n```"), 14, "loud"),
    "a text that is a list": (POST.replace('"On images"', "[a]"), 2, "is a text"),
    "a NUL": (with_body("a\0b"), 13, "NUL"),
    "an escaped NUL": (POST.replace("On images", "a\\0b"), 2, "no text"),
    "a surrogate": (POST.replace("On images", "a\\ud800b"), 2, "no text"),
    "no UTF-8": (POST.encode().replace(b"Words", b"\xff\xfe"), 13, "UTF-8"),
    "nesting": (POST.replace("on-images", "[" * 5000), None, ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_by_its_line(fault):
    DatasetFactory(modalities=["ct"])
    text, line, words = FAULTS[fault]
    found = problems(text)
    assert found
    assert line is None or any(at == line and words in message for at, message in found), found


def test_one_faulty_file_keeps_all_from_being_written(tmp_path):
    (tmp_path / "1.md").write_text(POST)
    (tmp_path / "2.md").write_text(POST.replace("on-images", "two").replace("research", "42!"))
    with pytest.raises(CommandError) as refused:
        load(tmp_path)
    assert "2.md, line 4" in str(refused.value) and "Nothing was written" in str(refused.value)
    assert not Post.objects.exists() and not Category.objects.exists()


def test_what_cannot_be_published_is_told_by_line_and_not_written(tmp_path):
    text = POST.replace("## First", "### First") + "\n```quote\ntext: So.\n```\n"
    (tmp_path / "1.md").write_text(text)
    with pytest.raises(CommandError, match=r"1\.md, line 11: A heading of level 3"):
        load(tmp_path, publish=True)
    assert not Post.objects.exists()


def test_a_work_twice_and_a_slug_twice_are_told(tmp_path):
    twice = POST.replace("---\n\n##", "  - title: A study\n    url: https://a.example/x\n---\n\n##")
    (tmp_path / "1.md").write_text(twice)
    with pytest.raises(CommandError, match="line 9: This work is cited already, on line 6"):
        load(tmp_path)
    (tmp_path / "1.md").write_text(POST)
    (tmp_path / "2.md").write_text(POST)
    with pytest.raises(CommandError, match=r"2\.md, line 3: .*1\.md has this slug too"):
        load(tmp_path)


def test_a_dry_run_writes_nothing(tmp_path):
    (tmp_path / "1.md").write_text(POST)
    assert "1 created" in load(tmp_path, dry_run=True, publish=True)
    assert not Post.objects.exists() and not Source.objects.exists()


def test_what_is_known_of_a_work_is_completed_and_not_overwritten():
    work = WorkFactory(title="Ours", url="https://a.example/x", doi="")
    more = "    doi: 10.1000/X\n    authors: Doe J\n    source:"
    written(POST.replace("    source:", more))
    work.refresh_from_db()
    assert (work.title, work.doi, work.authors) == ("Ours", "10.1000/x", "Doe J")


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><circle></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="jAvAsCrIpT&colon;alert(1)">x</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    "[x](javascript:alert(1))",
    "<p onclick=alert(1) style='background:url(x)'>x</p>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<details open ontoggle=alert(1)>x</details>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
]
FORBIDDEN = ("<script", "<img", "<svg", "<math", "<iframe", "<style", "javascript:", "data:text")


def is_clean(html):
    tags = [part.partition(">")[0].lower() for part in html.split("<")[1:]]
    handlers = any(" on" in tag or "style=" in tag for tag in tags)
    return (
        not handlers
        and not any(f"<{tag}".startswith(FORBIDDEN[:6]) for tag in tags)
        and not any(scheme in tag for tag in tags for scheme in FORBIDDEN[6:])
    )


@pytest.mark.parametrize("attack", ATTACKS)
class TestSanitising:
    def test_by_import(self, attack):
        body = (
            f"{attack}\n\n```callout\nhtml: {attack!r}\n```\n\n```prose\nhtml: |\n  {attack}\n```"
        )
        draft, found = read(with_body(body))
        if not found:
            post = bring(draft, by=None).post
            for block in build(post)["blocks"]:
                assert is_clean(block["html"])

    @pytest.mark.parametrize("model", [Text, Callout])
    def test_by_every_way_to_store(self, attack, model):
        post = PostFactory(blocks=[])
        place = {"parent": post, "region": "main", "ordering": 1}
        row = model.objects.create(html=attack, **place)

        def set_and_save():
            row.html = attack
            row.save()

        def bulk_update():
            row.html = attack
            model.objects.bulk_update([row], ["html"])

        for store in (
            set_and_save,
            bulk_update,
            lambda: model.objects.filter(pk=row.pk).update(html=attack),
            lambda: model.objects.bulk_create([model(html=attack, **place)]),
            lambda: model.objects.update_or_create(pk=row.pk, defaults={"html": attack}),
        ):
            model.objects.filter(pk=row.pk).update(html="<p>Harmless.</p>")
            store()
            assert all(is_clean(html) for html in model.objects.values_list("html", flat=True))
