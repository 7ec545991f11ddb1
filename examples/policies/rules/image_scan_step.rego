package four_keys.policies.image_scan_step

import data.four_keys.lib.pipelines

metadata := {
	"id": "image-scan-step",
	"title": "The pipeline scans the image",
	"reason": "Most known vulnerabilities of a service come with its base image and are found by nobody who only reads the code.",
	"remedy": "Add a step such as: trivy image --exit-code 1 --severity HIGH,CRITICAL \"$IMAGE\"",
	"mandatoryFrom": "low",
}

default applies := false

applies if {
	pipelines.delivers
	pipelines.builds_image
}

tools := [
	`\btrivy\s+(-\S+\s+)*(image|i)\s`,
	`(^|[\s/])grype(:|\s|$)`,
	`anchore/scan-action.*image=`,
	`\bsnyk\s+container\b`,
	`\bdocker\s+scout\b`,
	`Container-Scanning\.gitlab-ci\.yml`,
	`aquasecurity/trivy-action.*image-ref=`,
]

findings contains pipelines.missing("scans the image") if {
	applies
	not pipelines.runs(tools)
}
