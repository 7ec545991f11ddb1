package four_keys.policies.signature_step

import data.four_keys.lib.pipelines

metadata := {
	"id": "signature-step",
	"title": "The pipeline signs the image",
	"reason": "A signature lets a cluster refuse an image that did not come out of this pipeline.",
	"remedy": "Add a step such as: cosign sign --yes \"$IMAGE_WITH_DIGEST\"",
	"mandatoryFrom": "moderate",
}

default applies := false

applies if {
	pipelines.delivers
	pipelines.builds_image
}

tools := [
	`\bcosign\s+(-\S+\s+)*sign(\s|$)`,
	`\bnotation\s+sign\b`,
	`actions/attest-build-provenance`,
]

findings contains pipelines.missing("signs the image") if {
	applies
	not pipelines.runs(tools)
}
