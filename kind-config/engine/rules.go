package engine

import "strings"

// withoutDocker turns what iptables-save printed into what iptables-restore --noflush takes to remove Docker's
// chains and every rule that leads to them or to its bridge, and to give the chain FORWARD the policy forward, where
// that is known. It is empty where nothing is Docker's.
func withoutDocker(saved, forward string) string {
	var script strings.Builder
	for _, table := range strings.Split("\n"+saved, "\n*")[1:] {
		lines := strings.Split(table, "\n")
		var unlink, flush, remove []string
		for _, line := range lines[1:] {
			fields := strings.Fields(line)
			switch {
			case len(fields) < 2:
			case strings.HasPrefix(fields[0], ":DOCKER"):
				flush = append(flush, "-F "+fields[0][1:])
				remove = append(remove, "-X "+fields[0][1:])
			case fields[0] == "-A" && !strings.HasPrefix(fields[1], "DOCKER") && ofDocker(fields[2:]):
				unlink = append(unlink, "-D "+strings.TrimPrefix(line, "-A "))
			}
		}
		if len(flush)+len(unlink) == 0 {
			continue
		}
		script.WriteString("*" + lines[0] + "\n")
		if lines[0] == "filter" && forward != "" {
			script.WriteString(":FORWARD " + forward + " [0:0]\n")
		}
		for _, step := range append(append(unlink, flush...), remove...) {
			script.WriteString(step + "\n")
		}
		script.WriteString("COMMIT\n")
	}
	return script.String()
}

// ofDocker tells of a rule's words whether they name Docker's bridge or lead to one of its chains.
func ofDocker(words []string) bool {
	for i, word := range words {
		if word == dockerBridge || (i > 0 && words[i-1] == "-j" && strings.HasPrefix(word, "DOCKER")) {
			return true
		}
	}
	return false
}

// policyOf reads a built-in chain's policy in the table filter; empty where it is not printed.
func policyOf(saved, chain string) string {
	_, table, found := strings.Cut("\n"+saved, "\n*filter\n")
	if !found {
		return ""
	}
	table, _, _ = strings.Cut(table, "\nCOMMIT")
	for _, line := range strings.Split(table, "\n") {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == ":"+chain {
			return fields[1]
		}
	}
	return ""
}
