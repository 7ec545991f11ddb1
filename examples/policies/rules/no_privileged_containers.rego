package four_keys.policies.no_privileged_containers

import data.four_keys.lib.workloads

metadata := {
	"id": "no-privileged-containers",
	"title": "No container has the rights of its node",
	"reason": "Whoever breaks into a privileged container owns the node and everything that runs on it.",
	"remedy": "Remove the setting, or give the container the one capability that it needs.",
	"mandatoryFrom": "none",
}

default applies := false

applies if count(workloads.resources) > 0

strong := {"ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "NET_ADMIN", "BPF"}

place(part, key) := {
	"file": part.file,
	"document": part.document,
	"path": array.concat(part.path, [key]),
}

is_security_context(part) if part.path[count(part.path) - 1] == "securityContext"

findings contains finding if {
	some part in workloads.parts
	is_security_context(part)
	some key in ["privileged", "allowPrivilegeEscalation"]
	part.value[key] == true
	finding := object.union(place(part, key), {"message": sprintf("%s is true", [key])})
}

findings contains finding if {
	some part in workloads.parts
	is_security_context(part)
	some name in part.value.capabilities.add
	strong[trim_prefix(upper(name), "CAP_")]
	finding := object.union(place(part, "capabilities"), {"message": sprintf("the capability %s is added", [name])})
}

findings contains finding if {
	some part in workloads.parts
	some key in ["hostNetwork", "hostPID", "hostIPC"]
	part.value[key] == true
	finding := object.union(place(part, key), {"message": sprintf("%s is true", [key])})
}
