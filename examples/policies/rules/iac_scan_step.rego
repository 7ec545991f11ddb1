package four_keys.policies.iac_scan_step

import data.four_keys.lib.pipelines
import data.four_keys.lib.workloads

metadata := {
	"id": "iac-scan-step",
	"title": "The pipeline scans the infrastructure code",
	"reason": "A wrong setting in a manifest opens more doors than a wrong line of code, and no unit test reads it.",
	"remedy": "Add a step such as: trivy config --exit-code 1 --severity HIGH,CRITICAL .",
	"mandatoryFrom": "moderate",
}

default applies := false

applies if {
	pipelines.delivers
	count(workloads.resources) > 0
}

tools := [
	`\btrivy\s+(-\S+\s+)*(config|conf)\s`,
	`aquasecurity/trivy-action.*scan-type=config`,
	`\bcheckov\b`,
	`\bkube-linter\b`,
	`\bkubesec\b`,
	`\bconftest\b`,
	`\bkics\b`,
	`SAST-IaC\.gitlab-ci\.yml`,
]

findings contains pipelines.missing("scans the infrastructure code") if {
	applies
	not pipelines.runs(tools)
}
