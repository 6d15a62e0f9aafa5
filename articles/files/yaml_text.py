"""YAML as posts are written in it: texts, lists and mappings, each with the line it stands on.

Only null, true and false are more than text: a date or a number stays as it was
written. Aliases are refused, so that a short file cannot unfold into a huge one.
"""

import re

import yaml

# What YAML might break a line at, or a reader cannot see, is escaped.
HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
SURROGATE = re.compile(r"[\ud800-\udfff]")


class YamlProblem(ValueError):
    """What is wrong, and on which line of the file."""

    def __init__(self, line, message):
        self.line, self.message = line, message
        super().__init__(f"line {line}: {message}")


class Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {}

    def compose_node(self, parent, index):
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.MarkedYAMLError(problem="aliases (*name) are not read", problem_mark=mark)
        return super().compose_node(parent, index)


Loader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


class Dumper(yaml.SafeDumper):
    pass


def represent_text(dumper, text):
    return dumper.represent_scalar(
        "tag:yaml.org,2002:str", str(text), style='"' if HIDDEN.search(text) else None
    )


Dumper.add_representer(str, represent_text)
# Members of TextChoices are texts too.
Dumper.add_multi_representer(str, represent_text)


def parse(text, first_line):
    """(data, lines) of a mapping; ``lines`` maps paths such as ``citations.0.url`` to lines of the file.

    ``first_line`` is the one that the text begins on. Raises YamlProblem.
    """
    try:
        node = yaml.compose(text, Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlProblem(
            first_line + (mark.line if mark else 0), f"This is no YAML: {error.problem}."
        ) from None
    except yaml.reader.ReaderError as error:
        line = first_line + text[: error.position].count("\n")
        raise YamlProblem(line, "A character here cannot stand in YAML; escape it.") from None
    except RecursionError:
        raise YamlProblem(first_line, "This is nested too deeply.") from None
    if node is None:
        return {}, {"": first_line}
    if not isinstance(node, yaml.MappingNode):
        raise YamlProblem(first_line, "Write keys and values here, such as “title: …”.")
    lines = {}
    return construct(node, "", lines, first_line), lines


def construct(node, path, lines, first_line):
    lines.setdefault(path, first_line + node.start_mark.line)
    if isinstance(node, yaml.MappingNode):
        return construct_mapping(node, path, lines, first_line)
    if isinstance(node, yaml.SequenceNode):
        return [
            construct(child, under(path, number), lines, first_line)
            for number, child in enumerate(node.value)
        ]
    if node.tag == "tag:yaml.org,2002:null":
        return None
    if node.tag == "tag:yaml.org,2002:bool":
        return node.value.lower() == "true"
    if "\0" in node.value or SURROGATE.search(node.value):
        raise YamlProblem(lines[path], "This holds a character that is no text.")
    return node.value


def construct_mapping(node, path, lines, first_line):
    data = {}
    for key_node, value_node in node.value:
        line = first_line + key_node.start_mark.line
        if not isinstance(key_node, yaml.ScalarNode):
            raise YamlProblem(line, "A key is a single word.")
        key = key_node.value
        if key in data:
            raise YamlProblem(line, f"The key “{key}” stands here a second time.")
        lines[under(path, key)] = line
        data[key] = construct(value_node, under(path, key), lines, first_line)
    return data


def under(path, key):
    return f"{path}.{key}" if path else str(key)


def dump(data, flow=()):
    """A mapping as YAML, a key a line; the lists named in ``flow`` on one line each."""
    return "".join(
        yaml.dump(
            {key: value},
            Dumper=Dumper,
            sort_keys=False,
            allow_unicode=True,
            width=float("inf"),
            default_flow_style=None if key in flow else False,
        )
        for key, value in data.items()
    )
