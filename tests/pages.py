"""Reading pages as a reader does: the words, without the markup."""

import re
from html import unescape

from django.db import connection
from django.test.utils import CaptureQueriesContext


def words(response):
    """What the page's main part says, as one line."""
    page = response.text
    main = page[page.index("<main") : page.index("</main>")]
    # A tag within a word breaks nothing; one between blocks is a space.
    plain = re.sub(r"</?(a|span|strong|wbr|time)\b[^>]*>", "", main)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", plain)).split())


def count_queries(client, url, status=200):
    """How many queries the answer takes once the Index is there."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == status
    return len(captured)
