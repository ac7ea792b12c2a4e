package job

import (
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

// Rules are the rights of a run on a cluster of the user's. Everything that is written outside the run's own namespaces has
// a name that the run made up; RBAC cannot say that, since names are not known before. TestRightsAreThoseThatRunsUsed compares them with
// what the API server saw.
func Rules(disruption bool) []rbacv1.PolicyRule {
	rules := []rbacv1.PolicyRule{
		rule("", "get,list,watch,create,delete,patch", "namespaces,pods,persistentvolumeclaims,persistentvolumes"),
		rule("", "get,list,watch", "nodes,events,serviceaccounts"),
		rule("", "get", "pods/log"),
		rule("", "get,create", "pods/exec,pods/attach"),
		rule("apps", "get,list,watch,create,delete,patch", "daemonsets,statefulsets,deployments"),
		rule("storage.k8s.io", "get,list,watch,create,delete,patch", "storageclasses"),
		rule("storage.k8s.io", "get,list,watch", "csidrivers,csinodes,csistoragecapacities"),
		rule("snapshot.storage.k8s.io", "get,list,watch,create,delete,patch", "volumesnapshots,volumesnapshotcontents,volumesnapshotclasses"),
		rule("apiextensions.k8s.io", "get,list", "customresourcedefinitions"),
	}
	if disruption {
		rules = append(rules, rule("", "patch", "nodes")) // to cordon them
	}
	return rules
}

// rule joins what stands separated by commas.
func rule(group, verbs, resources string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: []string{group}, Resources: strings.Split(resources, ","), Verbs: strings.Split(verbs, ",")}
}
