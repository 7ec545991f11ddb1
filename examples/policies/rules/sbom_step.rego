package four_keys.policies.sbom_step

import data.four_keys.lib.pipelines

metadata := {
	"id": "sbom-step",
	"title": "The pipeline writes a bill of materials",
	"reason": "When a vulnerability becomes known, the bill of materials says within minutes which releases have the component.",
	"remedy": "Add a step such as: syft scan \"$IMAGE\" --output cyclonedx-json=sbom.json",
	"mandatoryFrom": "low",
}

default applies := false

applies if pipelines.delivers

tools := [
	`(^|[\s/])syft(:|\s|$)`,
	`anchore/sbom-action`,
	`\bcyclonedx-`,
	`cyclonedx-maven-plugin`,
	`\bcdxgen\b`,
	`\btrivy\s.*--format[= ](cyclonedx|spdx)`,
	`aquasecurity/trivy-action.*format=(cyclonedx|spdx)`,
	`\bdocker\s+(buildx\s+)?build\s.*--sbom`,
]

findings contains pipelines.missing("writes a bill of materials") if {
	applies
	not pipelines.runs(tools)
}
