# What the engine asks for: every policy of the bundle with its findings. A
# policy takes part by being a package below four_keys.policies with the rules
# metadata, applies and findings.
package four_keys

report contains entry if {
	some name
	metadata := data.four_keys.policies[name].metadata
	entry := object.union(metadata, {
		"applies": applies(name),
		"findings": [finding | some finding in data.four_keys.policies[name].findings],
	})
}

default applies(_) := false

applies(name) if data.four_keys.policies[name].applies
