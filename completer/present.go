package completer

import (
	"fmt"
	"reflect"
	"strings"
)

// presentFields are the fields of an object that hold what an option changes, where they are not called as the option
// is. Of several, each argument of the option changes one.
var presentFields = map[string]string{
	"ACLSemantics":            "Features.ACLs",
	"AccessTime":              "Features.AccessTimes",
	"AccountQuotas":           "Quota.Accounted",
	"DMAPI":                   "Features.DMAPI",
	"DefaultDataReplicas":     "Replication.Data",
	"DefaultMetadataReplicas": "Replication.Metadata",
	"EstimatedNodes":          "Features.EstimatedNodes",
	"ExactMtime":              "Features.ExactMtime",
	"FilesetDF":               "Quota.FilesetDF",
	"FlushOnClose":            "Features.FlushOnClose",
	"LockingSemantics":        "Features.Locking",
	"LogReplicas":             "Replication.Log",
	"LogfileSize":             "Blocks.Logfile",
	"MaintenanceMode":         "Features.Maintenance",
	"NFSv4OwnerWriteACL":      "Features.NFSv4OwnerWriteACL",
	"PerFilesetQuotas":        "Quota.PerFileset",
	"RapidRepair":             "Features.RapidRepair",
	"ReplicateStrictly":       "Replication.Strict",
	"UpgradeFormat":           "Version",
	"UpgradeFormatCompatibly": "Version",
	"WriteCacheThreshold":     "Features.WriteCacheThreshold",
	"InodeLimit":              "MaxInodes,AllocInodes",
	"AllowPermissionChange":   "PermChange",
	"AllowPermissionInherit":  "PermInherit",
	"AFMAttributes":           "AFM.Attributes",
	"Block":                   "BlockSoft,BlockHard",
	"Files":                   "FilesSoft,FilesHard",
	"NodeComment":             "Comment",
	"AdminInterface":          "Name",
	"DaemonInterface":         "DaemonName",
	"QuorumNode":              "Quorum",
	"ManagerNode":             "Manager",
	"CESNode":                 "Roles:ces",
	"GatewayNode":             "Roles:gateway",
	"PerfmonNode":             "Roles:perfmon",
	"SNMPNode":                "Roles:snmp",
}

// presentOf is what an object has now of what an option changes, "" where that is not to be had.
func presentOf(v reflect.Value, option string) string {
	where, ok := presentFields[option]
	if !ok {
		where = option
	}
	var parts []string
	for _, path := range strings.Split(where, ",") {
		text, ok := fieldText(v, path)
		if ok {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, ", ")
}

// fieldText is a field as text: Features.DMAPI, or whether a list holds a word: Roles:ces.
func fieldText(v reflect.Value, path string) (string, bool) {
	path, word, isWord := strings.Cut(path, ":")
	for _, name := range strings.Split(path, ".") {
		for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
			if v.IsNil() {
				return "", false
			}
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct {
			return "", false
		}
		if v = v.FieldByName(name); !v.IsValid() || !v.CanInterface() {
			return "", false
		}
	}
	if isWord {
		if v.Kind() != reflect.Slice {
			return "", false
		}
		for i := range v.Len() {
			if fmt.Sprint(v.Index(i).Interface()) == word {
				return "true", true
			}
		}
		return "false", true
	}
	_, speaks := v.Interface().(fmt.Stringer)
	switch v.Kind() {
	case reflect.Func, reflect.Pointer, reflect.Chan:
		return "", false
	case reflect.Struct, reflect.Slice, reflect.Map:
		if !speaks {
			return "", false
		}
	case reflect.String:
		return fmt.Sprintf("%q", v.String()), true
	}
	return fmt.Sprint(v.Interface()), true
}
