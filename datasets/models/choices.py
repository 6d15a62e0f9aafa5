"""The closed sets: values that the code knows by name."""

from django.db.models import TextChoices


class Kind(TextChoices):
    DATASET = "dataset", "Dataset"
    COLLECTION = "collection", "Collection"
    MODEL = "model", "Model"
    TOOL = "tool", "Tool"


DATASET_KINDS = (Kind.DATASET, Kind.COLLECTION)
TOOL_KINDS = (Kind.TOOL, Kind.MODEL)


class Access(TextChoices):
    OPEN = "open", "Open download"
    REGISTRATION = "registration", "Free account needed"
    AGREEMENT = "agreement", "Data use agreement"
    CREDENTIALED = "credentialed", "Credentialed users (training and agreement)"
    APPLICATION = "application", "Application reviewed by the owner"
    UNKNOWN = "unknown", "Not stated"


class AnnotationMethod(TextChoices):
    EXPERT = "expert", "Expert"
    EXPERT_CONSENSUS = "expert-consensus", "Expert consensus"
    PATHOLOGY_PROVEN = "pathology-proven", "Pathology proven"
    REPORT_MINED = "report-mined", "Mined from reports"
    MODEL_ASSISTED = "model-assisted", "Model assisted"
    MEASURED = "measured", "Measured"
    MIXED = "mixed", "Mixed"
    NONE = "none", "No annotations"


class LicenseFamily(TextChoices):
    OPEN = "open", "Open"
    NON_COMMERCIAL = "non-commercial", "Non-commercial"
    RESEARCH_ONLY = "research-only", "Research only"
    DATA_USE_AGREEMENT = "data-use-agreement", "Data use agreement"
    MIXED = "mixed", "Mixed"
    CUSTOM = "custom", "Its own terms"
    UNSPECIFIED = "unspecified", "Not stated"


class Status(TextChoices):
    ACTIVE = "active", "Active"
    MOVED = "moved", "Moved"
    WITHDRAWN = "withdrawn", "Withdrawn by its owner"


class Confidence(TextChoices):
    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"


class Qualifier(TextChoices):
    EXACT = "exact", "Exact"
    AT_LEAST = "at-least", "At least"
    ABOUT = "about", "About"


class LinkKind(TextChoices):
    HOMEPAGE = "homepage", "Homepage"
    DOWNLOAD = "download", "Download"
    CODE = "code", "Code"
    PAPER = "paper", "Paper"
    TERMS = "terms", "Terms of use"
    LEADERBOARD = "leaderboard", "Leaderboard"


class Covers(TextChoices):
    IMAGES = "images", "Images"
    LABELS = "labels", "Labels"
    METADATA = "metadata", "Metadata"
    CODE = "code", "Code"
    WEIGHTS = "weights", "Weights"


# What a licence can permit and require: fields of License, and keys of its document in this order.
PERMITS = {
    "commercial_use": "Commercial use",
    "redistribution": "Redistribution",
    "derivatives": "Derivatives",
}
REQUIRES = ("share_alike", "attribution")


class RelationType(TextChoices):
    DERIVED_FROM = "derived-from", "derived from"
    SHARES_IMAGES = "shares-images", "shares images with"
    PART_OF = "part-of", "part of"
    TRAINED_ON = "trained-on", "trained on"

    @property
    def inverse(self):
        """What the relation is called when read from its object."""
        return INVERSES[self]


INVERSES = {
    RelationType.DERIVED_FROM: "source of",
    RelationType.SHARES_IMAGES: "shares images with",
    RelationType.PART_OF: "contains",
    RelationType.TRAINED_ON: "used to train",
}
