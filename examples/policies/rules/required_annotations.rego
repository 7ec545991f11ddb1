package four_keys.policies.required_annotations

metadata := {
	"id": "required-annotations",
	"title": "The catalog file has the annotations that its kind needs",
	"reason": "Without them events find no service, numbers find no team, and nobody knows which policies hold.",
	"remedy": "Mend the annotation as the message says; docs/annotations.md lists all of them.",
	"mandatoryFrom": "none",
}

default applies := false

# The rules are those of the catalog, which the engine has evaluated: one
# result here, in the catalog and in the portal.
applies if input.catalog.entities > 0

findings contains finding if {
	some violation in input.catalog.violations
	finding := {
		"file": violation.file,
		"document": violation.document,
		"path": ["metadata", "annotations", violation.annotation],
		"message": sprintf("%s: %s %s, expected %s. %s", [
			violation.entity,
			violation.annotation,
			state(violation),
			violation.expected,
			violation.remedy,
		]),
	}
}

state(violation) := sprintf("is \"%s\"", [violation.value]) if violation.value

state(violation) := "is missing" if not violation.value
