"""What the pages of launch records tell."""

import pytest

from datasets.models import Record
from tests.launch import launch  # noqa: F401
from tests.pages import words

pytestmark = pytest.mark.django_db


def read(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return words(response)


LUNA16 = [
    "Datasets Dataset, 2016 LUNA16 LUng Nodule Analysis 2016",
    "Also known as LUNA 16, Lung Nodule Analysis 2016",
    "Chest CT scans chosen from LIDC-IDRI",
    "Size 888 scans",
    "Licence Open Creative Commons Attribution 4.0",
    "An open licence. It permits commercial use, redistribution and derivatives. It requires attribution.",
    "Commercial use Permitted",
    "Share-alike Not required",
    "Anyone can download the files, without an account.",
    "Modality Computed tomography (CT)",
    "Anatomy Lung",
    "Country United States",
    "Annotation method Expert consensus",
    "Position and size of 1,186 nodules",
    "Official split Ten subsets for ten-fold cross-validation",
    "Challenge site Grand Challenge",
    "Download zenodo.org/records/3723295 zenodo.org/records/4121926",
    "LUNA16 is derived from LIDC-IDRI. 888 of the 1,018 LIDC-IDRI scans",
    "What to do: Do not treat them as independent sets; match by series instance UID.",
    "LUNA16 was used to train MONAI Model Zoo.",
    "Medical Image Analysis, 2017. https://doi.org/10.1016/j.media.2017.06.015",
    "LUNA16: LUng Nodule Analysis 2016. Dataset. Zenodo, 2016. https://luna16.grand-challenge.org/",
    "@misc{luna16,",
    "@article{setio2017",
    "No person has yet compared this record with its sources",
    "How sure we are: addresses high, licence high, sizes high.",
    "a public list of radiology datasets by anatomy",
    "Version 1 added",
]
CHEXPERT = [
    "Size 224,316 images",
    "65,240 patients",
    "Its own terms: CheXpert Dataset Research Use Agreement.",
    "Whether it permits commercial use, redistribution and derivatives is not known to us; that is no permission.",
    "Commercial use Not known Redistribution Not known Derivatives Not known",
    "A data use agreement has to be accepted before the files are given out.",
    "Host Stanford AIMI and Stanford ML Group",
    "Code github.com/stanfordmlgroup/chexpert-labeler",
]
UNI = [
    "Tools Model, 2024 UNI",
    "at least 100,000,000 patches",
    "training images",
    "It permits redistribution. It does not permit commercial use and derivatives. It requires attribution.",
    "The owner reviews each application and decides who gets the files.",
    "Architecture Vision transformer, ViT-L/16, trained with DINOv2",
    "Trained on More than 100 million H&E patches from more than 100,000 slides",
    "UNI was trained on GTEx.",
]


@pytest.mark.parametrize(
    ("url", "facts"),
    [("/datasets/luna16/", LUNA16), ("/datasets/chexpert/", CHEXPERT), ("/tools/uni/", UNI)],
)
def test_a_launch_record_tells_its_key_facts(launch, client, url, facts):  # noqa: F811
    page = read(client, url)
    assert [fact for fact in facts if fact not in page] == []


def test_every_launch_record_has_a_page(launch, client):  # noqa: F811
    for record in Record.objects.all():
        assert record.name in read(client, record.get_absolute_url())


def test_links_lead_where_they_say(launch, client):  # noqa: F811
    page = client.get("/datasets/luna16/").text
    for address in (
        "/datasets/?modality=ct",
        "/datasets/?license=cc-by-4-0",
        "/datasets/?license_family=open",
        "/datasets/?access=open",
        "/datasets/?country=US",
        "/datasets/?annotation_method=expert-consensus",
        "/datasets/?year_min=2016&amp;year_max=2016",
        "/datasets/lidc-idri/",
        "/tools/monai-model-zoo/",
        "/api/v1/datasets/luna16/",
        "https://creativecommons.org/licenses/by/4.0/",
    ):
        assert f'href="{address}"' in page, address
    assert '<link rel="canonical" href="http://127.0.0.1:8000/datasets/luna16/">' in page
    assert "<title>LUNA16 – Newsroom</title>" in page
    assert '<meta name="description" content="Chest CT scans chosen from LIDC-IDRI' in page


def test_filter_links_of_a_page_find_its_record(launch, client):  # noqa: F811
    for url in ("/datasets/luna16/", "/tools/uni/"):
        page = client.get(url)
        reading = page.context["reading"]
        for _, entries, _ in reading.facts:
            for entry in entries:
                answer = client.get(f"/api/v1{entry.url}&page_size=200").json()
                assert reading.document["slug"] in [row["slug"] for row in answer["results"]], entry
