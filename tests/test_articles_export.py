"""An export loses nothing: importing it gives the same document, whatever the post holds."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from articles import publishing
from articles.documents import build, loads
from articles.exporting import to_file
from articles.files.markdown import to_html
from articles.files.markup import to_markdown
from articles.importing import bring, read
from articles.models import (
    Author,
    Byline,
    Callout,
    Citation,
    DatasetTable,
    Image,
    ImageBlock,
    Post,
    Quote,
    Source,
    Text,
    ToolTable,
    Work,
)
from articles.prose import sanitize
from datasets.legible import ONE_LINE
from tests.examples import examples
from tests.factories import DatasetFactory, ToolFactory
from tests.factories_articles import (
    ImageFactory,
    PostFactory,
    SourceFactory,
    WorkFactory,
    add_blocks,
    rewrite,
    tiny_png,
)

# Words that mean something to Markdown, YAML or HTML, and any others.
AWKWARD = st.sampled_from(
    [
        *(
            "# x",
            "1. x",
            "- x",
            "> x",
            "| a | b |",
            "---",
            "```",
            "~~~",
            "***",
            "_a_",
            "a_b",
            "* *",
        ),
        *("[x](y)", "![x](y)", "<b>", "&amp;", "&", "\\", "`", "``", "<!-- new block -->", "~~x~~"),
        *("key: value", "null", "true", "2026", "“x”", "é\u0301", "\u00a0", " x ", "=", "+", "x\\"),
        *("\u2028", "\x85", "\ufeff", "#", "x #y", "'", '"', "[x]: y", "http://a.example/?x=1&y=2"),
    ]
)
WORDS = AWKWARD | st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\0"), min_size=1, max_size=12
)


def legible(text):
    try:
        for validate in ONE_LINE:
            validate(text)
    except ValidationError:
        return False
    return True


# What the desk takes in a field of one line.
LINE = st.lists(WORDS, min_size=1, max_size=3).map(" ".join).filter(legible)


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def wrap(tag, inside, **attributes):
    said = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<{tag}{said}>{inside}</{tag}>"


def marked(inside):
    tags = st.sampled_from(["strong", "em", "s", "sub", "sup", "code"])
    links = st.sampled_from(["https://a.example/a_(b)?q=1&amp;r=2", "mailto:a@b.example", "/x y"])
    return (
        st.builds(wrap, tags, inside)
        | st.builds(lambda text, href: wrap("a", text, href=href), inside, links)
        | st.builds("{}<br>{}".format, inside, inside)
    )


INLINE = st.recursive(LINE.map(escaped), marked, max_leaves=4)
PARAGRAPH = st.builds(wrap, st.just("p"), st.lists(INLINE, min_size=1, max_size=3).map("".join))
CELLS = st.lists(PARAGRAPH, min_size=2, max_size=2)


def table_of(rows):
    tags = ["th", *["td"] * len(rows)]
    cells = (
        "".join(wrap(tag, cell, colspan=1, rowspan=1) for cell in row)
        for tag, row in zip(tags, rows, strict=False)
    )
    return wrap("table", wrap("tbody", "".join(wrap("tr", row) for row in cells)))


LEAVES = st.one_of(
    PARAGRAPH,
    st.builds(wrap, st.sampled_from(["h2", "h3", "h4"]), INLINE),
    st.lists(LINE, max_size=3).map(
        lambda rows: wrap("pre", wrap("code", escaped("\n".join(rows))))
    ),
    st.lists(CELLS, min_size=1, max_size=3).map(table_of),
    st.sampled_from(
        ["<hr>", "<p></p>", "plain words", "<table><tbody><tr><td>x</td></tr></tbody></table>"]
    ),
)


def nested(inside):
    several = st.lists(inside, min_size=1, max_size=2).map("".join)
    items = st.lists(several.map(lambda item: wrap("li", item)), min_size=1, max_size=3)
    return (
        st.builds(lambda rows: wrap("ul", "".join(rows)), items)
        | st.builds(
            lambda rows, n: wrap("ol", "".join(rows), start=n),
            items,
            st.integers(2, 12) | st.sampled_from(["", "x", "-1", "9" * 30]),
        )
        | several.map(lambda inner: wrap("blockquote", inner))
    )


def settled(html):
    """As it is stored, however often it is saved."""
    while (cleaned := sanitize(html)) != html:
        html = cleaned
    return html


HTML = st.lists(st.recursive(LEAVES, nested, max_leaves=5), max_size=4).map("".join).map(settled)
TEXTS = st.builds(Text, html=HTML)
BLOCKS = st.one_of(
    TEXTS,
    TEXTS,
    st.builds(Quote, text=LINE, attribution=st.just("") | LINE),
    st.builds(Callout, tone=st.sampled_from(["note", "warning"]), heading=LINE, html=HTML),
    st.builds(DatasetTable, query=st.just("modality=ct&ordering=-year"), caption=LINE),
    st.builds(
        DatasetTable, slugs=st.just(["ct-set"]), columns=st.just(["name", "size"]), caption=LINE
    ),
    st.builds(ToolTable, slugs=st.just(["tool"]), caption=LINE),
)
STRIPPED = LINE.map(str.strip).filter(bool)


def same(post):
    """Whether the post's export reads back as the same document over an emptied post."""
    before = build(post)
    text = to_file(before)
    for model in (Text, Quote, Callout, DatasetTable, ToolTable, ImageBlock):
        model.objects.filter(parent=post).delete()
    Byline.objects.all().delete()
    Citation.objects.all().delete()
    Post.objects.filter(pk=post.pk).update(title="?", standfirst="", summary_points=[])
    draft, found = read(text)
    assert found == [], text
    after = build(bring(draft, by=None, overwrite=True).post)
    assert after == before, text
    return True


def test_a_text_of_every_kind_is_written_as_markdown():
    text = """## Second level

Words with **weight**, *stress*, ~~strikes~~, `code`, [a link](https://a.example/) and CO<sub>2</sub>.

- One

  - Nested

    1. Deeper

- Two

3. Third
4. Fourth

> Quoted

```
def f():

    return 1
```

| Name | Size |
| --- | --- |
| A\\|B | 3 |

---"""
    html = to_html(text)
    assert to_markdown(html) == text
    assert html == settled(html)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(HTML)
@example("<p>a</p><ul><li><p>b</p></li></ul><ul><li><p>c</p></li></ul>")
@example("<pre><code>\n```\n</code></pre>")
def test_markdown_says_the_same_or_nothing(html):
    text = to_markdown(html)
    assert text is None or to_html(text) == html


@pytest.fixture
def catalogue(db):
    ToolFactory(slug="tool")
    return DatasetFactory(slug="ct-set", modalities=["ct"])


@pytest.mark.django_db
@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    title=STRIPPED,
    standfirst=st.just("") | LINE,
    points=st.lists(STRIPPED, max_size=3, unique=True),
    blocks=st.lists(BLOCKS, max_size=6),
    names=st.lists(STRIPPED, max_size=2, unique_by=str.casefold),
    works=st.lists(
        st.fixed_dictionaries(
            {
                "title": STRIPPED,
                "url": st.sampled_from(["", "https://a.example/{}?a=b#c"]),
                "role": st.sampled_from(["primary", "background"]),
                "waiver": st.just("") | STRIPPED,
                "published": st.sampled_from(["", "2026", "2026-07", "2026-07-01"]),
            }
        ),
        max_size=3,
        unique_by=lambda work: work["title"].casefold(),
    ),
    peer_reviewed=st.none() | st.booleans(),
)
def test_import_of_an_export_gives_the_same_document(
    catalogue, title, standfirst, points, blocks, names, works, peer_reviewed
):
    for model in (Post, Work, Source, Author):
        for row in model.objects.all():
            row.delete()
    post = PostFactory(
        title=title,
        standfirst=standfirst,
        summary_points=points,
        peer_reviewed=peer_reviewed,
        records=[catalogue],
        works=[],
        authors=[],
        blocks=blocks,
    )
    for order, name in enumerate(names):
        author = Author(name=name, slug=f"author-{post.pk}-{order}")
        author.save()
        Byline.objects.create(post=post, author=author, order=order)
    source = SourceFactory(name=title, kind="preprint-server")
    for order, entry in enumerate(works):
        work = WorkFactory(
            title=entry["title"],
            url=entry["url"].format(order),
            published=entry["published"],
            source=source if order else None,
        )
        Citation.objects.create(
            post=post, work=work, order=order, role=entry["role"], waiver=entry["waiver"]
        )
    assert same(post)


@pytest.mark.django_db
def test_images_are_written_beside_the_files_and_come_back(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    image = ImageFactory(credit="J. Doe", license="CC BY 4.0", title="Lung")
    post = PostFactory(slug="on-images", hero=image, hero_alt="A lung.", blocks=[])
    add_blocks(post, ImageBlock(image=image, decorative=True, caption="Again."))
    call_command("export_posts", to=tmp_path / "out", stdout=io.StringIO())
    before, pixels = build(post), tiny_png()
    post.delete()
    Image.objects.all().delete()
    moved = (tmp_path / "out" / "on-images.md").read_text().replace("on-images", "moved")
    (tmp_path / "out" / "on-images.md").write_text(moved)
    call_command("import_posts", tmp_path / "out", stdout=io.StringIO())
    after = build(Post.objects.get())
    again = Image.objects.get()
    assert again.file.read() == pixels and again.title == "Lung"
    for document in (before, after):
        for shown in (document["hero"], document["blocks"][0]):
            shown["file"] = ""
    assert after == before | {"slug": "moved"}


def exported(*slugs, **options):
    output = io.StringIO()
    call_command("export_posts", *slugs, stdout=output, **options)
    return output.getvalue()


@pytest.mark.django_db
def test_one_post_is_printed_as_it_is_written_or_as_it_is_read(tmp_path):
    post = PostFactory(slug="one", title="Live", publish=True)
    rewrite(post, "Draft")
    assert "title: Draft\n" in exported("one")
    assert "title: Live\n" in exported("one", live=True)
    publishing.withdraw(post, by=None, notice="It was wrong.")
    with pytest.raises(CommandError, match="Name one post"):
        exported("one", live=True)
    with pytest.raises(CommandError, match="no post “two”"):
        exported("two")


@pytest.mark.django_db
def test_a_revision_is_written_like_a_working_copy():
    post = PostFactory(publish=True)
    assert to_file(loads(post.revisions.get().document)) == to_file(build(post))
