"""A publication and a catalogue full of secrets: whatever readers may not see has one word in it."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.utils import timezone

from articles import previews, publishing
from articles.models import (
    Byline,
    Callout,
    Citation,
    DatasetTable,
    Image,
    ImageBlock,
    Post,
    Quote,
    Text,
    ToolTable,
)
from datasets.models import LoadedEntry, Suggestion, changing
from tests.factories import DatasetFactory, PaperFactory, RelationFactory, ToolFactory
from tests.factories_articles import (
    AuthorFactory,
    CategoryFactory,
    ImageFactory,
    PostFactory,
    SourceFactory,
    WorkFactory,
    add_blocks,
)

SECRET = "zyxquench"
PUBLIC = "openword"
# As long and as odd as the secret: what is answered to the one must be answered to the other.
DECOY = "zyxblanch"
TOMORROW = timedelta(days=1)


class World:
    """Public things and secret ones; ``examples`` gives values for the parameters of addresses."""

    def __init__(self):
        self.user = get_user_model().objects.create_superuser(
            SECRET, f"{SECRET}@example.org", first_name=SECRET, last_name=SECRET
        )
        self.tokens, self.images = ["nonsense"], []
        self.lungs = self.public_records()
        self.hidden = self.secret_records()
        self.public_posts()
        self.unseen_posts()
        self.seen_posts()
        self.loose_ends()

    def public_records(self):
        with changing(by=self.user):
            lungs = DatasetFactory(slug="lungs", name=f"Lungs {PUBLIC}", modalities=["ct"])
            DatasetFactory(slug="hearts", modalities=["ct"])
            ToolFactory(slug="cutter", name="Cutter")
        return lungs

    def secret_records(self):
        with changing(by=self.user, note=f"{SECRET} note"):
            hidden = [
                factory(
                    slug=f"{SECRET}-former-{factory.__name__.lower()}",
                    name=f"{SECRET} set",
                    full_name=SECRET,
                    aliases=[SECRET],
                    summary=SECRET,
                    license_name=SECRET,
                    extra={SECRET: SECRET},
                    paper=PaperFactory(title=SECRET, authors=SECRET, doi=f"10.1000/{SECRET}.{n}"),
                    links=[("homepage", f"https://{SECRET}.example/")],
                    evidence=[f"https://{SECRET}.example/source"],
                    sizes=[(7, "scans", "exact", SECRET)],
                    modalities=["ct"],
                    published=False,
                )
                for n, factory in enumerate((DatasetFactory, ToolFactory))
            ]
        with changing(by=self.user, note=f"{SECRET} renamed"):
            for record in hidden:
                record.slug = record.slug.replace("former", "hidden")
                record.save()
        RelationFactory(subject=self.lungs, object=hidden[0], extent=SECRET, remedy=SECRET)
        RelationFactory(subject=hidden[0], object=self.lungs, type="part-of", extent=SECRET)
        self.lungs.refresh_from_db()
        self.lungs.replaced_by = hidden[0]
        self.lungs.save()
        self.take_back()
        return hidden

    def take_back(self):
        """A record that readers once saw, and what became of it behind their backs."""
        record = DatasetFactory(slug="taken-set", name="Taken set")
        record.published = False
        record.save()
        with changing(by=self.user, note=SECRET):
            record.name = record.summary = SECRET
            record.slug = f"{SECRET}-taken"
            record.save()

    def public_posts(self):
        source = SourceFactory(slug="jama", name="JAMA")
        self.image = ImageFactory()
        self.images.append(self.image.file.name)
        self.live = PostFactory(
            slug=f"{PUBLIC}-post",
            title=f"A title {PUBLIC}",
            works=[WorkFactory(source=source)],
            records=[self.lungs, *self.hidden],
            hero=self.image,
            hero_decorative=True,
            blocks=[DatasetTable(query="modality=ct", caption="Sets")],
        )
        publishing.approve(self.live, by=self.user, note=SECRET)
        publishing.correct(self.live, by=self.user, text="It was two.")
        self.next_up = PostFactory(slug="steady", works=[WorkFactory(source=source)], publish=True)

    def unseen_posts(self):
        """Drafts, one in review, one withdrawn unread, scheduled ones and one taken off the schedule."""
        draft = self.secret_post("draft")
        add_blocks(draft, DatasetTable(query=f"search={SECRET}", caption=SECRET))
        publishing.submit(self.secret_post("review"), by=self.user)
        publishing.withdraw(self.secret_post("dropped"), by=self.user, notice=SECRET)
        at = timezone.now() + TOMORROW
        for name in ("scheduled", "cancelled"):
            revision = publishing.approve(self.secret_post(name), by=self.user, note=SECRET, at=at)
        publishing.cancel(revision, by=self.user)

    def seen_posts(self):
        """One withdrawn, one with unpublished changes, one with a revision to come."""
        withdrawn = self.secret_post("withdrawn")
        publishing.approve(withdrawn, by=self.user, note=SECRET)
        publishing.correct(withdrawn, by=self.user, text=SECRET)
        publishing.withdraw(withdrawn, by=self.user, notice="We took it back.")
        self.make_secret(self.live, "changes")
        self.make_secret(self.next_up, "next")
        publishing.approve(self.next_up, by=self.user, note=SECRET, at=timezone.now() + TOMORROW)

    def secret_post(self, name):
        post = PostFactory(slug=f"{SECRET}-{name}", title=SECRET, blocks=[], works=[], authors=[])
        self.make_secret(post, name)
        return post

    def make_secret(self, post, name):
        """Write the word into every field of a working copy and into all that it uses."""
        image = ImageFactory(title=SECRET, credit=SECRET, license=SECRET)
        self.images.append(image.file.name)
        Post.objects.filter(pk=post.pk).update(
            title=f"{SECRET} title",
            standfirst=SECRET,
            summary_points=[SECRET],
            category=CategoryFactory(
                slug=f"{SECRET}-category-{name}", name=SECRET, description=SECRET
            ),
            hero=image,
            hero_alt=SECRET,
            hero_decorative=False,
            study_type=SECRET,
            subjects=SECRET,
            owner=self.user,
        )
        post.refresh_from_db()
        post.slug = f"{SECRET}-{name}"
        post.save()
        author = AuthorFactory(slug=f"{SECRET}-author-{name}", name=SECRET, bio=SECRET)
        Byline.objects.create(post=post, author=author)
        source = SourceFactory(slug=f"{SECRET}-source-{name}", name=SECRET)
        work = WorkFactory(
            title=f"{SECRET} work",
            authors=SECRET,
            source=source,
            url=f"https://{SECRET}.example/{name}",
        )
        Citation.objects.create(post=post, work=work, locator=SECRET, waiver=SECRET)
        post.records.set([self.lungs, *self.hidden])
        add_blocks(post, *self.secret_blocks(image))
        for close in (True, False):
            link, token = previews.make_link(post, by=self.user, days=1)
            self.tokens.append(token if close else link.token)
            if close:
                previews.revoke_link(link, by=self.user)

    def secret_blocks(self, image):
        return [
            Text(html=f"<h2>{SECRET}</h2><p>{SECRET}</p>"),
            ImageBlock(image=image, alt=SECRET, caption=SECRET),
            Quote(text=SECRET, attribution=SECRET, url=f"https://{SECRET}.example/"),
            Callout(heading=SECRET, html=f"<p>{SECRET}</p>"),
            DatasetTable(slugs=["lungs", "hearts"], caption=SECRET),
            ToolTable(query="search=cutter", caption=SECRET),
        ]

    def loose_ends(self):
        """What nothing uses, and what readers sent in."""
        for factory in (CategoryFactory, AuthorFactory, SourceFactory):
            factory(slug=f"{SECRET}-loose", name=SECRET)
        self.images.append(ImageFactory(title=SECRET).file.name)
        LoadedEntry.objects.create(namespace="record", key=SECRET, entry={"name": SECRET})
        suggestion = Suggestion.objects.create(
            record=self.lungs, name=SECRET, url=f"https://{SECRET}.example/", message=SECRET
        )
        self.references = [f"{suggestion.pk}", *self.answered()]

    def answered(self):
        """The references of what readers sent in that led, or was about, what is not public."""
        taken, corrected = (
            Suggestion.objects.create(
                name=PUBLIC, kind=kind, state="accepted", record=record, result=self.hidden[0]
            )
            for kind, record in (("dataset", None), ("correction", self.hidden[0]))
        )
        return [taken.reference, corrected.reference]

    def slugs(self):
        """Every slug with the word in it, by which no address may tell that it is taken."""
        names = ("draft", "review", "dropped", "scheduled", "cancelled", "withdrawn")
        posts = [f"{SECRET}-{name}" for name in (*names, "changes", "next")]
        used = [f"{SECRET}-{kind}-changes" for kind in ("category", "author", "source")]
        records = [record.slug for record in self.hidden]
        former = [slug.replace("hidden", "former") for slug in records]
        return [*posts, *used, *records, *former, f"{SECRET}-taken", f"{SECRET}-loose"]

    def examples(self):
        """Values for each parameter of an address, by the parameter's name."""
        public = [f"{PUBLIC}-post", "steady", "lungs", "cutter", "taken-set", "ct", "research"]
        return {
            "slug": [*self.slugs(), *public, "jama", "staff", SECRET[:-1], f"{SECRET[:-1]}-draf"],
            "name": [*self.images, "images/none.png"],
            "token": self.tokens,
            "reference": self.references,
            "object_id": ["1"],
            "pk": ["1", f"{self.image.pk}", f"{Image.objects.get(file=self.images[-1]).pk}"],
            "number": ["1"],
            "link": ["1"],
            "id": ["1"],
            "spec": ["card"],
            "content_type_id": ["1"],
            "app_label": ["articles", "datasets"],
            "url": [SECRET],
        }
