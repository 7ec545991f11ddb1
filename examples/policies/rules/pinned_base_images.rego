package four_keys.policies.pinned_base_images

metadata := {
	"id": "pinned-base-images",
	"title": "Base images are pinned",
	"reason": "With a moving tag the same commit builds another image tomorrow, and nobody can say which one was tested.",
	"remedy": "Name a whole version such as node:22.11.0-alpine3.20 or, on the most demanding compliance level, the digest: node@sha256:...",
	"mandatoryFrom": "low",
}

dockerfiles := [file | some file in input.files; file.instructions]

default applies := false

applies if count(dockerfiles) > 0

# The most demanding level wants the digest.
digest_wanted if {
	count(input.levels) > 1
	input.level == input.levels[count(input.levels) - 1]
}

# Defaults of ARG in front of FROM, by name.
defaults(file) := {name: value |
	some instruction in file.instructions
	instruction.keyword == "ARG"
	[name, value] := split(instruction.arguments, "=")
}

stages(file) := {lower(name) |
	some instruction in file.instructions
	instruction.keyword == "FROM"
	words := regex.split(`\s+`, instruction.arguments)
	some index, word in words
	lower(word) == "as"
	name := words[index + 1]
}

image(file, instruction) := resolved(file, word) if {
	words := [word | some word in regex.split(`\s+`, instruction.arguments); not startswith(word, "--")]
	word := words[0]
}

resolved(_, word) := word if not startswith(word, "$")

resolved(file, word) := object.get(defaults(file), trim(word, "${}"), word) if startswith(word, "$")

pinned(name) if regex.match(`@sha256:[0-9a-f]{64}$`, name)

# Three numbers or a date name one image; two numbers still move.
pinned(name) if {
	not digest_wanted
	regex.match(`:[^/:]*(\d+\.\d+\.\d+|\d{8})[^/:]*$`, name)
}

needed := "the digest of an image" if digest_wanted

needed := "a whole version" if not digest_wanted

findings contains finding if {
	some file in dockerfiles
	some instruction in file.instructions
	instruction.keyword == "FROM"
	name := image(file, instruction)
	name != "scratch"
	not stages(file)[lower(name)]
	not pinned(name)
	finding := {
		"file": file.path,
		"line": instruction.line,
		"message": sprintf("%s is not pinned: it does not name %s", [name, needed]),
	}
}
