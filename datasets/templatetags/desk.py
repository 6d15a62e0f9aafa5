"""What the desk's first page says needs doing."""

from django import template
from django.db.models import Count
from django.template.defaultfilters import pluralize
from django.urls import reverse

from datasets.ledger import stale_before
from datasets.models import Dataset, Problem, Suggestion, Tool

register = template.Library()
# What the desk's first page calls them, the most urgent first.
PROBLEMS = {
    Problem.Kind.RETRACTED: "record{} with a retracted paper",
    Problem.Kind.CONCERN: "record{} with a paper under concern",
    Problem.Kind.DEAD: "dead link{}",
    Problem.Kind.FAILING: "failing link{}",
    Problem.Kind.UNREGISTERED: "unknown DOI{}",
    Problem.Kind.MOVED: "moved link{}",
    Problem.Kind.STALE: "record{} with stale facts",
}


@register.simple_tag(takes_context=True)
def desk_tasks(context):
    """What waits for the user, as (count, what, address), the most urgent first."""
    user = context["request"].user
    tasks = []
    if user.has_perm("datasets.view_suggestion"):
        new = Suggestion.objects.filter(state=Suggestion.State.NEW).count()
        what = f"suggestion{pluralize(new)} waiting"
        tasks.append((new, what, listed("suggestion", "state__exact=new")))
    if user.has_perm("datasets.view_problem"):
        tasks += problems_waiting()
    for model, name in ((Dataset, "dataset"), (Tool, "tool")):
        if not user.has_perm(f"datasets.view_{name}"):
            continue
        records = model.objects
        for waiting, what, query in (
            (records.filter(published=False), "not published", "published__exact=0"),
            (records.filter(verified_on__isnull=True), "never verified", "verified=never"),
            (
                records.filter(verified_on__lt=stale_before()),
                "verified more than a year ago",
                "verified=stale",
            ),
        ):
            count = waiting.count()
            tasks.append((count, f"{name}{pluralize(count)} {what}", listed(name, query)))
    return [task for task in tasks if task[0]]


def problems_waiting():
    """Per kind of problem, how many wait, in the order of their weight."""
    counted = Problem.objects.waiting().order_by().values_list("kind")
    waiting = dict(counted.annotate(count=Count("pk")))
    return [
        (
            waiting[kind],
            PROBLEMS[kind].format("s" * (waiting[kind] != 1)),
            listed("problem", f"kind__exact={kind}"),
        )
        for kind in PROBLEMS
        if kind in waiting
    ]


def listed(model, query):
    return f"{reverse(f'admin:datasets_{model}_changelist')}?{query}"
