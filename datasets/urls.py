"""The catalogue's pages."""

from django.urls import include, path

from datasets import feeds, feeds_changes
from datasets.views.changes import ChangeList, DatasetHistory, ToolHistory
from datasets.views.check import Check
from datasets.views.compare import Compare
from datasets.views.detail import DatasetDetail, ToolDetail
from datasets.views.explorer import DatasetList, ToolList
from datasets.views.map import Map
from datasets.views.pictures import record_picture
from datasets.views.suggest import Suggest, suggestion

dataset_patterns = [
    path("", DatasetList.as_view(), name="list"),
    path("compare/", Compare.as_view(), name="compare"),
    path("map/", Map.as_view(), name="map"),
    path("changes/", ChangeList.as_view(), name="changes"),
    path("check/", Check.as_view(), name="check"),
    path("<slug:slug>/", DatasetDetail.as_view(), name="detail"),
    path("<slug:slug>.png", record_picture, {"family": "datasets"}, name="picture"),
    path("<slug:slug>/history/", DatasetHistory.as_view(), name="history"),
]
tool_patterns = [
    path("", ToolList.as_view(), name="list"),
    path("<slug:slug>/", ToolDetail.as_view(), name="detail"),
    path("<slug:slug>.png", record_picture, {"family": "tools"}, name="picture"),
    path("<slug:slug>/history/", ToolHistory.as_view(), name="history"),
]

urlpatterns = [
    path("datasets/", include((dataset_patterns, "datasets"))),
    path("tools/", include((tool_patterns, "tools"))),
    path("suggest/", Suggest.as_view(), name="suggest"),
    path("suggest/<str:reference>/", suggestion, name="suggestion"),
    path("feeds/datasets.atom", feeds.datasets, name="datasets-feed"),
    path("feeds/tools.atom", feeds.tools, name="tools-feed"),
    path("feeds/changes.atom", feeds_changes.changes, name="changes-feed"),
]
