"""Nothing that a browser would run reaches a page, by whatever door it came into a post.

The word PWN is in every shape. Shapes come by the form, by a file, by the models and
by SQL; then every address that shows the post is read as a browser reads it.
"""

import re
from collections import Counter
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from articles import publishing
from articles.documents import dumps, loads
from articles.importing import bring, read
from articles.models import Author, Callout, Category, Citation, Post, Quote, Source, Text
from articles.previews import make_link
from tests.editors import is_saved, new_post, page_of
from tests.factories_articles import AuthorFactory, PostFactory, SourceFactory, WorkFactory

pytestmark = pytest.mark.django_db

SHAPES = [
    "<script>pwn(1)</script>",
    "<ScRiPt >pwn(1)</sCrIpT >",
    "<script src=//pwn.example/x.js></script>",
    "<script/src='data:text/javascript,pwn(1)'></script>",
    "<scr<script>ipt>pwn(1)</scr</script>ipt>",
    "<script>pwn(1)",
    "<img src=x onerror=pwn(1)>",
    "<img/src='x'/onerror='pwn(1)'>",
    "<img src=x:pwn onerror\n=\npwn(1)//",
    '<p onclick="pwn(1)">x</p>',
    "<h2 ONMOUSEOVER=pwn(1)>x</h2>",
    '<strong onfocus="pwn(1)" tabindex=0 autofocus>x</strong>',
    "<a onpointerenter=pwn(1)>x</a>",
    '<td onanimationstart="pwn(1)" style="animation:x">x</td>',
    '<a href="javascript:pwn(1)">x</a>',
    '<a href="JaVaScRiPt:pwn(1)">x</a>',
    '<a href=" &#1; javascript:pwn(1)">x</a>',
    '<a href="java&#10;script:pwn(1)">x</a>',
    '<a href="java&Tab;script&colon;pwn(1)">x</a>',
    '<a href="&#x6a;&#x61;vascript:pwn(1)">x</a>',
    '<a href="vbscript:pwn(1)">x</a>',
    '<a href="data:text/html,<script>pwn(1)</script>">x</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD5wd24oMSk8L3NjcmlwdD4=#pwn">x</a>',
    '<a href="data:image/svg+xml,<svg onload=pwn(1)>">x</a>',
    '<a xlink:href="javascript:pwn(1)" href="blob:pwn">x</a>',
    "<svg onload=pwn(1)>",
    "<svg><script>pwn(1)</script></svg>",
    "<svg><script xlink:href=data:,pwn(1) /></svg>",
    "<svg><a xlink:href='javascript:pwn(1)'><text>x</text></a></svg>",
    "<svg><animate onbegin=pwn(1) attributeName=x dur=1s>",
    "<svg><set attributeName=href to=javascript:pwn(1)>",
    "<svg><foreignObject><body onload=pwn(1)></foreignObject></svg>",
    "<svg></p><style><a title='</style><img src=x onerror=pwn(1)>'>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=pwn(1)>",
    "<math href='javascript:pwn(1)'>x</math>",
    "<math><maction actiontype='statusline#pwn' xlink:href='javascript:pwn(1)'>x</maction></math>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=pwn(1)></annotation-xml></math>",
    "<iframe src='javascript:pwn(1)'></iframe>",
    "<iframe srcdoc='<script>pwn(1)</script>'></iframe>",
    "<object data='data:text/html,<script>pwn(1)</script>'></object>",
    "<embed src='javascript:pwn(1)'>",
    "<form action='javascript:pwn(1)'><button>x</button></form>",
    "<button formaction='javascript:pwn(1)'>x</button>",
    "<base href='javascript:pwn(1)//'>",
    "<meta http-equiv=refresh content='0;url=javascript:pwn(1)'>",
    "<link rel=stylesheet href='//pwn.example/x.css'>",
    "<style>@import '//pwn.example/x.css';</style>",
    "<p style=\"background:url('//pwn.example/x')\">x</p>",
    "<details open ontoggle=pwn(1)>x</details>",
    "<video><source onerror=pwn(1)></video>",
    "<noscript><p title='</noscript><img src=x onerror=pwn(1)>'>",
    "<template><script>pwn(1)</script></template>",
    "<!--><img src=x onerror=pwn(1)>-->",
    "<![CDATA[<img src=x onerror=pwn(1)>]]>",
    "<textarea></textarea><img src=x onerror=pwn(1)>",
]
WORDS = "\"'></title></textarea></script><script>pwn(1)</script><img src=x onerror=pwn(1)>"
ADDRESS = "javascript:pwn(1)"
# A browser shows what these say and does nothing with it.
TOLD = {"alt", "title", "value", "content", "aria-label", "placeholder", "datetime"}
ACTIVE = {
    *("script", "style", "svg", "math", "iframe", "object", "embed", "base", "form", "input"),
    *("button", "img", "video", "audio", "source", "link", "meta", "template", "noscript"),
    *("textarea", "details", "body", "mglyph", "annotation-xml", "maction", "title"),
}


class Reader(HTMLParser):
    """Collects what in a page has the word where a browser would act on it, and its active elements."""

    def __init__(self, markup):
        super().__init__()
        self.dangers, self.active, self.inside = [], Counter(), None
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag in ACTIVE:
            self.active[tag] += 1
        self.inside = tag if tag in ("script", "style") else None
        refreshes = tag == "meta" and ("http-equiv", "refresh") in attributes
        if "pwn" in tag or refreshes:
            self.dangers.append(tag)
        for name, value in attributes:
            told = name in TOLD or name.startswith(("data-", "aria-"))
            # What a message to be written says is words as well, and quoted.
            told |= (
                name == "href" and re.fullmatch(r"mailto:\?[\w%&=./~-]+", value or "") is not None
            )
            if name.startswith("on") or ("pwn" in (value or "").lower() and not told):
                self.dangers.append(f"<{tag} {name}={value!r}>")

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, text):
        if self.inside and "pwn" in text:
            self.dangers.append(f"<{self.inside}>{text[:80]}")


def test_the_reader_sees_the_danger_of_every_shape():
    """So that finding none means that there is none."""
    assert len(set(SHAPES)) >= 50
    for shape in [*SHAPES, WORDS, f'<a href="{ADDRESS}">x</a>']:
        reader = Reader(shape + ">")
        # Comments, and what becomes a script once a script is cut out of it, are none as they are.
        harmless = shape.startswith(("<!", "<scr<script>"))
        assert reader.dangers or reader.active or harmless, shape


# The doors


def by_form(client):
    values = {"slug": "hostile", "title": WORDS, "standfirst": WORDS, "summary_points": WORDS}
    values |= {"kind": "explainer", "articles_text_set-TOTAL_FORMS": len(SHAPES)}
    for number, shape in enumerate(SHAPES):
        values[f"articles_text_set-{number}-html"] = f"<p>Part.</p>{shape}"
        values[f"articles_text_set-{number}-ordering"] = number
    values |= {"bylines-TOTAL_FORMS": 1, "bylines-0-author": AuthorFactory(slug="staff").pk}
    assert is_saved(client.post("/admin/articles/post/add/", new_post(**values)))
    return Post.objects.get(slug="hostile")


HEAD = "---\ntitle: Harmful\nslug: hostile\nkind: explainer\ncategory: research\n---\n\n"


def by_file(client):
    """Refused shapes are as good as cleaned ones: the rest must be harmless."""
    Category.objects.get_or_create(slug="research", defaults={"name": "Research"})
    parts = []
    for shape in SHAPES:
        line = shape.replace("\n", " ")
        for part in (
            line,
            f"Words {line} words",
            f"```callout\nhtml: |\n  <p>Part.</p>{line}\n```",
            f"```prose\nhtml: |\n  <p>Part.</p>{line}\n```",
        ):
            if not read(HEAD + part)[1]:
                parts.append(part)
    parts += [f"[x]({ADDRESS})", "[x](data:text/html,pwn)", "![pwn](javascript:pwn)"]
    parts = [part for part in parts if not read(HEAD + part)[1]]
    assert len(parts) > len(SHAPES)
    draft, found = read(HEAD + "\n\n".join(parts))
    assert not found
    return bring(draft, by=None).post


def empty_post():
    post = PostFactory(
        slug="hostile", kind="explainer", title=WORDS, standfirst=WORDS, summary_points=[WORDS],
        study_type=WORDS, subjects=WORDS, blocks=[],
    )  # fmt: skip
    Text.objects.create(parent=post, region="main", ordering=0, html="<p>First.</p>")
    return post


def rows(post, html):
    """A text and a callout for each shape, and a quote of words, not stored yet."""
    for number, shape in enumerate(SHAPES, 1):
        place = {"parent": post, "region": "main", "ordering": number}
        text = html or f"<p>Part.</p>{shape}"
        yield Text(html=text, **place)
        yield Callout(heading=WORDS, html=text, **place)
    place = {"parent": post, "region": "main", "ordering": 999}
    yield Quote(text=WORDS, attribution=WORDS, url=ADDRESS, **place)


def store(row):
    """Save a row; a quote's address is refused, so it goes without."""
    if isinstance(row, Quote):
        with pytest.raises(ValidationError):
            row.save()
        row.url = ""
    row.save()


def by_save(client):
    post = empty_post()
    for row in rows(post, None):
        store(row)
    return post


def by_update(client):
    post = empty_post()
    stored = list(rows(post, "<p>Harmless.</p>"))
    for row, shaped in zip(stored, rows(post, None), strict=True):
        store(row)
        told = {"url": ADDRESS} if isinstance(row, Quote) else {"html": shaped.html}
        type(row).objects.filter(pk=row.pk).update(**told)
    return post


def by_bulk(client):
    post = empty_post()
    for model in (Text, Callout, Quote):
        model.objects.bulk_create([row for row in rows(post, None) if type(row) is model])
    return post


def write_raw(row, column, value):
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{row._meta.db_table}" SET "{column}" = %s WHERE id = %s',  # noqa: S608
            [value, row.pk],
        )


def by_sql(client):
    post = empty_post()
    for row, shaped in zip(rows(post, "<p>x</p>"), rows(post, None), strict=True):
        store(row)
        write_raw(
            row, "url" if isinstance(row, Quote) else "html", getattr(shaped, "html", ADDRESS)
        )
    assert Text.objects.filter(html__contains="<script>pwn").exists()
    return post


def document_by_sql(client):
    """What readers are shown, rewritten behind the back of everything."""
    post = empty_post()
    revision = publishing.approve(post, by=None)
    document = loads(revision.document)
    for row in rows(post, None):
        told = {"url": ADDRESS, "text": WORDS, "attribution": WORDS}
        told |= {"html": getattr(row, "html", ""), "heading": WORDS, "tone": "note"}
        document["blocks"].append({"type": row.kind} | told)
    document["citations"][0] |= {"url": ADDRESS, "doi": None, "title": WORDS}
    write_raw(revision, "document", dumps(document))
    return post


DOORS = [by_form, by_file, by_save, by_update, by_bulk, by_sql, document_by_sql]


# What is shown


def faults(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return [(path, danger) for danger in Reader(response.text).dangers]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_no_door_brings_it_to_a_page(admin_client, jane, door):
    post = door(admin_client)
    if not post.revisions.exists():
        publishing.approve(post, by=None)
    publishing.correct(post, by=None, text=WORDS)
    link, token = make_link(post, by=jane, days=1)
    client, shared = Client(), reverse("articles:preview", args=[token])
    paths = ["/articles/hostile/", "/", "/articles/", "/corrections/", "/categories/research/"]
    author = post.bylines_in_order()[0].get_absolute_url()
    paths += [author, "/articles/?search=part", shared]
    found = [fault for path in paths for fault in faults(client, path)]
    desk = ["change", "preview", "revisions", "history", "links"]
    found += [fault for name in desk for fault in faults(admin_client, page_of(name, post))]
    found += in_api(client) + in_feeds(client)
    assert not found
    assert active(client, "/articles/hostile/") == active(client, shared)
    plain = PostFactory(slug="plain", kind="explainer", publish=True)
    publishing.correct(plain, by=None, text="It was two.")
    assert active(client, "/articles/hostile/") == active(client, "/articles/plain/")


def active(client, path):
    """Active elements of a page, the pictures and links of previews aside."""
    counted = Reader(client.get(path).text).active
    return {tag: count for tag, count in counted.items() if tag not in ("link", "meta")}


def in_api(client):
    answer = client.get("/api/v1/posts/hostile/").json()
    found = []
    for html in (answer["html"], *(block["html"] for block in answer["blocks"])):
        reader = Reader(html)
        found += [("api", danger) for danger in [*reader.dangers, *reader.active]]
    urls = [block.get("url") for block in answer["blocks"]]
    urls += [work["url"] for work in answer["citations"]]
    return found + [("api", url) for url in urls if url and "pwn" in url]


def in_feeds(client):
    found = []
    for path in ("articles", "categories/research", "corrections"):
        tree = ElementTree.fromstring(client.get(f"/feeds/{path}.atom").content)
        for element in tree.iter():
            kind = element.tag.rpartition("}")[2]
            if kind in ("content", "summary"):
                reader = Reader(element.text or "")
                found += [(path, danger) for danger in [*reader.dangers, *reader.active]]
            found += [(path, value) for value in element.attrib.values() if ADDRESS in value]
    assert re.search("hostile", client.get("/feeds/articles.atom").text)
    return found


@pytest.mark.parametrize("raw", [True, False], ids=["by SQL", "by the models"])
def test_no_name_leads_to_a_script(client, raw):
    """Addresses of sources and authors, which no form has seen."""
    source, author = SourceFactory(slug="jama"), AuthorFactory(slug="staff")
    for row, field in ((source, "url"), (source, "feed_url"), (author, "url")):
        if raw:
            write_raw(row, field, ADDRESS)
        else:
            type(row).objects.filter(pk=row.pk).update(**{field: ADDRESS})
    for model in (Source, Author):
        model.objects.update(name=WORDS)
    Author.objects.update(bio=WORDS)
    PostFactory(slug="hostile", works=[WorkFactory(source=source)], publish=True)
    Citation.objects.update(locator=WORDS)
    for path in ("/sources/", "/sources/jama/", "/authors/staff/", "/articles/hostile/"):
        assert faults(client, path) == []
    for path in ("sources/jama", "authors/staff"):
        answer = client.get(f"/api/v1/{path}/").json()
        assert answer["homepage"] is None and not answer.get("feed_url")
