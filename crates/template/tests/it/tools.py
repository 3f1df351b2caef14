"""What cloudformation-validate says of a template, as JSON on standard output.

    tools.py findings FILE...   every finding of any weight, but for two kinds that are no judgement (see below)
    tools.py resolved           of each template in the JSON list on standard input: {conditions, resources, outputs} as the tool resolved
                                them with the parameters' defaults. What only AWS knows stays a name: {"ref": A}, {"attribute": [A, B]},
                                {"sub": text}. A choice that the tool leaves open is {"one of": values}, the rest {"open": why}.
"""

import json
import re
import sys

from cloudformation_validate import CompositeEngine, RuleFilterConfig, TemplateContent, TemplateModel, ValidateConfig

# I4010 asks for a kind of comment; I9001 tells of each property that CloudFormation cannot change in place, such as a permission's.
NO_JUDGEMENT = ["I4010", "I9001"]


def findings(files):
    engine = CompositeEngine()
    config = ValidateConfig(exclude=RuleFilterConfig(ids=NO_JUDGEMENT))
    told = []
    for file in files:
        report = engine.validate_template(file, config)
        if report.status.name != "OK":
            told.append(f"{file}: {report.status.name}")
        for finding in report.diagnostics:
            told.append(f"{file}:{finding.start_line}: {finding.rule_id}: {finding.message}")
    return told


def kind(value):
    return type(value).__name__.split(".")[-1]


def plain(value):
    if kind(value) == "OBJECT":
        return {name: plain(item) for name, item in value.entries.items() if kind(item) != "NULL"}
    if kind(value) == "ARRAY":
        return [plain(item) for item in value.items if kind(item) != "NULL"]
    return None if kind(value) == "NULL" else value.value


class Resolving:
    def __init__(self, text):
        self.model = TemplateModel(TemplateContent(text, "template.yaml"))
        told = self.model.to_diagnostic_model()
        self.expressions = {name: condition.expression for name, condition in told.conditions.items()}
        self.defaults = {name: about.default for name, about in self.model.parameters().items()}

    def holds(self, name):
        """A condition as the tool read it: Equals(Param(X), "y"), Not(...), And(..., ...), Or(..., ...), Condition(X)."""
        rest = self.expressions[name]

        def take(pattern):
            nonlocal rest
            found = re.match(pattern, rest)
            assert found, f"{name}: {rest}"
            rest = rest[found.end():]
            return found.group(1) if found.groups() else None

        def argument():
            return self.parameter(take(r"Param\((\w+)\)")) if rest.startswith("Param(") else json.loads(take(r'("(?:[^"\\]|\\.)*")'))

        def truth():
            operator = take(r"(Equals|Not|And|Or|Condition)\(")
            if operator == "Condition":
                value = self.holds(take(r"(\w+)"))
            elif operator == "Equals":
                one = argument()
                take(r", ")
                value = one == argument()
            else:
                parts = [truth()]
                while rest.startswith(", "):
                    take(r", ")
                    parts.append(truth())
                value = {"Not": lambda: not parts[0], "And": lambda: all(parts), "Or": lambda: any(parts)}[operator]()
            take(r"\)")
            return value

        value = truth()
        assert not rest, f"{name}: {rest}"
        return value

    def parameter(self, name):
        default = self.defaults[name]
        return default if isinstance(default, str) or default is None else str(plain(default))

    def value(self, of):
        """None for what is not there."""
        if kind(of) == "CONCRETE":
            return plain(of.value)
        if kind(of) == "LIST_VALUE":
            return [item for item in map(self.value, of.items) if item is not None]
        if kind(of) == "MAP":
            entries = {entry.key: self.value(entry.value) for entry in of.entries}
            return {name: item for name, item in entries.items() if item is not None}
        if kind(of) == "CONDITIONAL":
            return self.value(of.if_true if self.holds(of.condition) else of.if_false)
        if kind(of) == "REFERENCE":
            if kind(of.kind) == "GET_ATT":
                name = next(iter(vars(of.kind).values()))
                return {"attribute": [of.target, name if isinstance(name, str) else self.value(name)]}
            return {"ref": of.target}
        if kind(of) == "ENUM_VALUE":
            return {"one of": [self.value(one) for one in of.variants]}
        if kind(of) == "DYNAMIC" and of.reason.startswith("Sub:"):
            return {"sub": of.reason[len("Sub:"):]}
        return {"open": f"{kind(of)} {vars(of)}"}

    def whole(self):
        def stands(of):
            return of.condition is None or self.holds(of.condition)

        resources = {name: one for name, one in self.model.resources().items() if stands(one)}
        outputs = {name: one for name, one in self.model.outputs().items() if stands(one)}
        return {
            "conditions": {name: self.holds(name) for name in self.expressions},
            "resources": {
                name: {
                    "type": one.resource_type,
                    "properties": {key: item for key, item in ((key, self.value(item)) for key, item in one.properties.items()) if item is not None},
                    "depends_on": one.depends_on,
                    "deletion_policy": one.deletion_policy and self.value(one.deletion_policy),
                }
                for name, one in resources.items()
            },
            "outputs": {name: self.value(one.value) for name, one in outputs.items()},
        }


if __name__ == "__main__":
    if sys.argv[1] == "findings":
        said = findings(sys.argv[2:])
    else:
        said = [Resolving(text).whole() for text in json.load(sys.stdin)]
    json.dump(said, sys.stdout)
