package four_keys.policies.dependency_scan_step

import data.four_keys.lib.pipelines

metadata := {
	"id": "dependency-scan-step",
	"title": "The pipeline analyses its dependencies",
	"reason": "A library with a known vulnerability is cheapest to replace before it is released.",
	"remedy": "Add a step such as: trivy fs --scanners vuln --exit-code 1 --severity HIGH,CRITICAL .",
	"mandatoryFrom": "low",
}

default applies := false

applies if pipelines.delivers

tools := [
	`\btrivy\s+(-\S+\s+)*(fs|filesystem|repo|repository|sbom)\s`,
	`aquasecurity/trivy-action.*scan-type=(fs|repo)`,
	`\bosv-scanner\b`,
	`\b(npm|yarn|pnpm)\s+(npm\s+)?audit\b`,
	`\bpip-audit\b`,
	`\bgovulncheck\b`,
	`dependency-check`,
	`\bsnyk\s+test\b`,
	`actions/dependency-review-action`,
	`Dependency-Scanning\.gitlab-ci\.yml`,
]

findings contains pipelines.missing("analyses the dependencies") if {
	applies
	not pipelines.runs(tools)
}
