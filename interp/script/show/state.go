package show

import (
	"reflect"
	"strings"
)

// stateStyle knows the words, in any case, by which Storage Scale says that something is not as it should be. What is in
// order has no colour, so that what is not stands out.
//
// unverified: "emptied", "expelled", "critical", "missing", "stopped" and "invalid" as words of a state. They only decide
// about a colour.
func stateStyle(word string) Look {
	switch strings.ToLower(word) {
	case "down", "deleted", "deleterequired", "failed", "faulty", "error", "broken", "unreachable", "expired",
		"missing", "exceeded", "unrecovered", "being emptied", "to be emptied", "emptied", "expelled", "critical":
		return Bad
	case "unknown", "degraded", "suspended", "arbitrating", "recovering", "unlinked", "being deleted", "being suspended",
		"to be suspended", "replacing", "stopped", "invalid", "tips", "warning", "in grace", "over soft limit":
		return Warning
	}
	return Plain
}

// isState says whether a field holds words of that kind: an enumeration, or a column that is called so.
func isState(f field) bool {
	switch f.header {
	case "STATE", "STATUS", "AVAILABILITY", "HEALTH", "DAEMON":
		return true
	}
	switch f.typ.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8:
		return f.typ.Implements(stringerType)
	case reflect.String:
		return f.typ != reflect.TypeFor[string]() && f.typ != textCell && f.typ.Name() != ""
	}
	return false
}
