package lang

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name, text string
		// want is CODE place message-part; "" when nothing worse than a note may be said.
		code, place, message, hint string
	}{
		{"clean", "RULE 'a' DELETE WHERE NAME LIKE '%.tmp'", "", "", "", ""},
		{"unknown attribute", "RULE 'a' DELETE WHERE ACESS_TIME > CURRENT_TIMESTAMP", CodeUnknownName, "1:23", "ACESS_TIME", "did you mean ACCESS_TIME?"},
		{"often written", "RULE 'a' DELETE WHERE file_name LIKE 'a%'", CodeUnknownName, "1:23", "file_name", "NAME"},
		{"undefined macro", "RULE 'a' DELETE WHERE is_migrated", CodeUnknownName, "1:23", "is_migrated", "-M is_migrated="},
		{"macro in other letters", "define(is_old,(1=1))\nRULE 'a' DELETE WHERE IS_OLD", CodeUnknownName, "2:23", "IS_OLD", "is_old (m4 tells capitals"},
		{"macro misspelt", "define(is_migrated,(1=1))\nRULE 'a' DELETE WHERE is_migratd", CodeUnknownName, "2:23", "", "did you mean is_migrated?"},
		{"unknown function", "RULE 'a' DELETE WHERE DAY_S(ACCESS_TIME) > 3", CodeUnknownFunc, "1:23", "DAY_S", "did you mean DAYS?"},
		{"attribute called", "RULE 'a' DELETE WHERE FILE_SIZE(1) > 3", CodeUnknownFunc, "1:23", "FILE_SIZE", "takes no arguments"},
		{"function not called", "RULE 'a' DELETE WHERE RAND > 0.5", CodeUnknownName, "1:23", "RAND", "wants arguments: RAND()"},
		{"too few arguments", "RULE 'a' DELETE WHERE SUBSTR(NAME) = 'x'", CodeArguments, "1:23", "SUBSTR takes 2 to 3 arguments, not 1", ""},
		{"too many arguments", "RULE 'a' DELETE WHERE DAYS(ACCESS_TIME, 1) > 3", CodeArguments, "1:23", "DAYS takes 1 argument, not 2", ""},
		{"wrong argument", "RULE 'a' DELETE WHERE DAYS('x') > 3", CodeType, "1:28", "DAYS wants a timestamp here, but this is a string", ""},
		{"number in LOWER", "RULE 'a' DELETE WHERE LOWER(INODE) = 'x'", CodeType, "1:29", "", "VARCHAR"},
		{"string with number", "RULE 'a' DELETE WHERE USER_ID = '100'", CodeType, "1:23", "an integer is compared with a string", "without quotes"},
		{"timestamp with string", "RULE 'a' DELETE WHERE ACCESS_TIME < '2024-01-01'", CodeType, "1:23", "", "TIMESTAMP("},
		{"timestamp with number", "RULE 'a' DELETE WHERE ACCESS_TIME < 30", CodeType, "1:23", "", "DAYS(CURRENT_TIMESTAMP)"},
		{"sum of timestamps", "RULE 'a' DELETE WHERE ACCESS_TIME + CHANGE_TIME > 3", CodeType, "1:23", "+ cannot be done", ""},
		{"concatenated number", "RULE 'a' LIST 'l' SHOW('x' || INODE)RULE EXTERNAL LIST 'l'", CodeType, "1:31", "|| joins strings, but this is an integer", "VARCHAR"},
		{"number as condition", "RULE 'a' DELETE WHERE FILE_SIZE", CodeType, "1:23", "WHERE wants a condition", ""},
		{"number in AND", "RULE 'a' DELETE WHERE NAME = 'a' AND FILE_SIZE", CodeType, "1:38", "AND joins conditions", ""},
		{"LIKE on a number", "RULE 'a' DELETE WHERE FILE_SIZE LIKE '1%'", CodeType, "1:23", "LIKE compares strings", "VARCHAR"},
		{"CASE of two types", "RULE 'a' LIST 'l' WEIGHT(CASE WHEN TRUE THEN 1 ELSE 'x' END)RULE EXTERNAL LIST 'l'", CodeType, "1:53", "one branch", ""},
		{"IN of other type", "RULE 'a' DELETE WHERE USER_ID IN (1,'2')", CodeType, "1:23", "", "without quotes"},
		{"equals NULL", "RULE 'a' DELETE WHERE XATTR('user.a') = NULL", CodeNeverMatches, "1:23", "never true", "IS NULL"},
		{"never", "RULE 'a' DELETE WHERE FALSE", CodeNeverMatches, "1:23", "never matches", ""},
		{"days and seconds", "RULE 'a' DELETE WHERE DAYS(CURRENT_TIMESTAMP) - DAYS(ACCESS_TIME) > 86400", CodeUnit, "1:69", "236 years", "days, not seconds"},
		{"seconds and days", "RULE 'a' DELETE WHERE (CURRENT_TIMESTAMP - ACCESS_TIME) > 30", CodeUnit, "1:59", "30 seconds", "INTERVAL '30' DAYS"},
		{"seconds meant", "RULE 'a' DELETE WHERE (CURRENT_TIMESTAMP - ACCESS_TIME) > 1800", "", "", "", ""},
		{"shell pattern", "RULE 'a' DELETE WHERE NAME LIKE '*.tmp'", CodePattern, "1:33", "ordinary characters", "%"},
		{"quoted attribute", "RULE 'a' DELETE WHERE 'NAME' LIKE '%.tmp'", CodePattern, "1:23", "two constants", "without quotes"},
		{"brackets lost", "RULE 'a' DELETE WHERE REGEX(NAME,'^[a-z]*$')", CodePattern, "1:34", "read as '^a-z*$'", "['^[a-z]*$']"},
		{"brackets kept", "RULE 'a' DELETE WHERE REGEX(NAME,['^[a-z]*$'])", "", "", "", ""},
		{"bad regex", "RULE 'a' DELETE WHERE REGEX(NAME,'a(')", CodePattern, "1:34", "bad regular expression", "POSIX"},
		{"no such flag", "RULE 'a' DELETE WHERE MISC_ATTRIBUTES LIKE '%C%'", CodePattern, "1:44", `letter "C"`, "small c"},
		{"threshold order", "RULE 'a' DELETE FROM POOL 'p' THRESHOLD(80,90)", CodeThreshold, "1:31", "the low threshold 90 is above the high one 80", ""},
		{"premigration order", "RULE 'a' MIGRATE FROM POOL 'p' THRESHOLD(90,80,85) TO POOL 'q'", CodeThreshold, "1:32", "85 is above the low one 80", ""},
		{"premigrate all", "RULE 'a' MIGRATE FROM POOL 'p' THRESHOLD(0,100,0) TO POOL 'q'", "", "", "", ""},
		{"threshold range", "RULE 'a' DELETE FROM POOL 'p' THRESHOLD(120,90)", CodeRange, "1:41", "percentage", ""},
		{"threshold of nothing", "RULE 'a' DELETE THRESHOLD(90,80) WHERE NAME = 'x'", CodeThreshold, "1:17", "of which pool", ""},
		{"limit range", "RULE 'a' SET POOL 'p' LIMIT(101) RULE 'b' SET POOL 'q'", CodeRange, "1:29", "LIMIT is a percentage", ""},
		{"replicas", "RULE 'a' SET POOL 'p' REPLICATE(4)", CodeRange, "1:33", "1 to 3", ""},
		{"compression", "RULE 'a' MIGRATE COMPRESS('gzip')", CodeRange, "1:27", "The value 'gzip' is not supported in a 'COMPRESS' clause.", "lz4"},
		{"resource class", "RULE EXTERNAL LIST 'l' THRESHOLD 'FILESET_QUOTA'RULE LIST 'l'", CodeRange, "1:34", "", "did you mean FILESET_QUOTAS?"},
		{"migrate nothing", "RULE 'a' MIGRATE FROM POOL 'p' WHERE NAME = 'x'", CodeNoTarget, "1:1", "does nothing", ""},
		{"unreachable", "RULE 'a' DELETE WHERE NAME LIKE '%.tmp'\nRULE 'b' MIGRATE TO POOL 'x' WHERE FILE_SIZE > 3 AND (name like '%.tmp')", CodeUnreachable, "2:1", "rule 'a' in line 1", "special rules first"},
		{"unreachable by OR", "RULE 'a' EXCLUDE WHERE NAME LIKE '%.tmp' OR FILE_SIZE=0\nRULE 'b' DELETE WHERE FILE_SIZE = 0", CodeUnreachable, "2:1", "", ""},
		{"unreachable by fileset", "RULE 'a' EXCLUDE FOR FILESET('f','g')\nRULE 'b' DELETE FOR FILESET('g') WHERE FILE_SIZE = 0", CodeUnreachable, "2:1", "", ""},
		{"reachable: other fileset", "RULE 'a' EXCLUDE FOR FILESET('f')\nRULE 'b' DELETE FOR FILESET('g') WHERE FILE_SIZE = 0", "", "", "", ""},
		{"reachable: other pool", "RULE 'a' MIGRATE FROM POOL 'x' TO POOL 'y'\nRULE 'b' DELETE WHERE FILE_SIZE = 0", "", "", "", ""},
		{"reachable: threshold", "RULE 'a' MIGRATE FROM POOL 'x' THRESHOLD(90,80) TO POOL 'y'\nRULE 'b' MIGRATE FROM POOL 'x' TO POOL 'y' WHERE FILE_SIZE=0", "", "", "", ""},
		{"reachable: directories", "RULE 'a' EXCLUDE WHERE NAME LIKE '%'\nRULE 'b' DELETE DIRECTORIES_PLUS WHERE NAME = 'x'", "", "", "", ""},
		{"reachable: random", "RULE 'a' EXCLUDE WHERE RAND() < 0.5\nRULE 'b' DELETE WHERE RAND() < 0.5", "", "", "", ""},
		{"reachable: other list", "RULE EXTERNAL LIST 'l' RULE EXTERNAL LIST 'm' RULE 'a' LIST 'l'\nRULE 'b' LIST 'm'", "", "", "", ""},
		{"unreachable list", "RULE EXTERNAL LIST 'l' RULE 'a' LIST 'l' EXCLUDE\nRULE 'b' LIST 'l'", CodeUnreachable, "2:1", "", ""},
		{"unreachable placement", "RULE 'a' SET POOL 'x'\nRULE 'b' SET POOL 'y' WHERE NAME LIKE '%.x'", CodeUnreachable, "2:1", "", ""},
		{"placement with limit", "RULE 'a' SET POOL 'x' LIMIT(95)\nRULE 'b' SET POOL 'y'", "", "", "", ""},
		{"no default", "RULE 'a' SET POOL 'x' WHERE NAME LIKE '%.x'", CodeNoDefault, "1:1", "EINVAL", "RULE 'default' SET POOL 'x'"},
		{"placement attribute", "RULE 'a' SET POOL 'x' WHERE FILE_SIZE > 3\nRULE 'd' SET POOL 'x'", CodePlacement, "1:29", "not known when the file is created", "USER_ID"},
		{"placement function", "RULE 'a' SET POOL 'x' WHERE XATTR('user.a') = 'b'\nRULE 'd' SET POOL 'x'", CodePlacement, "1:29", "XATTR", ""},
		{"attribute in WHEN", "RULE 'a' WHEN (NAME = 'x') DELETE WHERE NAME = 'x'", CodePlacement, "1:16", "WHEN knows of no file", ""},
		{"no external list", "RULE EXTERNAL LIST 'fileontape' EXEC ''\nRULE 'a' LIST 'filesontape'", CodeNoExternal, "2:15", "filesontape", "did you mean 'fileontape'?"},
		{"redefined", "RULE EXTERNAL LIST 'l' EXEC ''\nRULE 'x' EXTERNAL LIST 'l' EXEC ''\nRULE 'a' LIST 'l'", CodeRedefined, "2:24", "attempts to redefine", "first"},
		{"delete without where", "RULE 'a' DELETE", CodeNoWhere, "1:1", "deletes every file of the file system", ""},
		{"delete a pool", "RULE 'a' DELETE FROM POOL 'scratch' WHERE NAME LIKE '%'", CodeNoWhere, "1:1", "of pool scratch", ""},
		{"unknown pool", "RULE 'a' MIGRATE FROM POOL 'system' TO POOL 'datta'", CodeUnknownPool, "1:45", "datta", "did you mean 'data'?"},
		{"group pool is a pool", "RULE 'g' GROUP POOL 'gp' IS 'system' THEN 'data' RULE 'a' MIGRATE FROM POOL 'gp' TO POOL 'gp'", "", "", "", ""},
		{"unknown fileset", "RULE 'a' DELETE FOR FILESET('roott') WHERE NAME = 'x'", CodeUnknownFset, "1:29", "roott", "did you mean 'root'?"},
		{"side effect", "RULE 'a' LIST 'l' SHOW(VARCHAR(SETXATTR('user.a','b')))RULE EXTERNAL LIST 'l'", CodeSideEffect, "1:32", "even under -I test", "ACTION"},
		{"action", "RULE 'a' LIST 'l' ACTION(SETXATTR('user.a','b'))RULE EXTERNAL LIST 'l'", "", "", "", ""},
		{"exec path", "RULE EXTERNAL LIST 'l' EXEC 'bin/x' RULE 'a' LIST 'l'", CodeExec, "1:29", "not absolute", ""},
		{"escape", "RULE EXTERNAL LIST 'l' ESCAPE '/' RULE 'a' LIST 'l'", CodeRange, "1:31", "begin with %", ""},
		{"unknown specification", "RULE 'a' SET ENCRYPTION 'E1'", CodeUnknownSpec, "1:25", "E1", ""},
		{"m4 takes substr", "RULE 'a' DELETE WHERE substr(NAME,0,4) = 'abc'", CodeMacro, "1:23", "m4's own", "SUBSTR"},
		{"macro falls apart", "define(small,FILE_SIZE = 0 OR KB_ALLOCATED = 0)\nRULE 'a' DELETE WHERE NAME LIKE '%.x' AND small", CodeMacroEdge, "2:43", "macro small falls apart", "define(small,(…))"},
		{"macro holds together", "define(small,(FILE_SIZE = 0 OR KB_ALLOCATED = 0))\nRULE 'a' DELETE WHERE NAME LIKE '%.x' AND small", "", "", "", ""},
		{"associative macro", "define(small,FILE_SIZE = 0 OR KB_ALLOCATED = 0)\nRULE 'a' DELETE WHERE NAME LIKE '%.x' OR small OR NAME = 'b'", "", "", "", ""},
		{"no rules", "/* nothing */", CodeNoRules, "", "no rule", ""},
		{"inside a macro", "define(bad,(ACESS_TIME > CURRENT_TIMESTAMP))\nRULE 'a' DELETE WHERE bad", CodeUnknownName, "1:13", "ACESS_TIME", "ACCESS_TIME"},
		{"bad timestamp", "RULE 'a' DELETE WHERE ACCESS_TIME < TIMESTAMP('yesterday')", CodeRange, "1:47", "", "YYYY"},
		{"bad encoding", "RULE 'a' DELETE WHERE XATTR_INTEGER('a',1,4,'BIGENDIAN') = 3", CodeRange, "1:45", "BIGENDIAN", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			opts := CheckOptions{Pools: []string{"system", "data", "p", "q", "x", "y", "scratch"}, Filesets: []string{"root", "f", "g"}}
			var got []Finding
			for _, f := range Check(Source{Name: "p.pol", Text: c.text}, opts) {
				require.NotEqual(t, Fatal, f.Severity, f.Render())
				if f.Severity > Note {
					got = append(got, f)
				}
			}
			if c.code == "" {
				assert.Empty(t, got)
				return
			}
			require.Len(t, got, 1)
			f := got[0]
			assert.Equal(t, c.code, f.Code)
			if c.place != "" {
				assert.Equal(t, "p.pol:"+c.place, f.Place.String())
			}
			assert.Contains(t, f.Message, c.message)
			assert.Contains(t, f.Hint, c.hint)
			assert.Contains(t, f.Render(), "^")
		})
	}
}

func TestCheckIsInTheOrderOfTheText(t *testing.T) {
	last := -1
	for _, f := range Check(Source{Name: "p", Text: strings.Repeat("RULE DELETE WHERE NOPE1 = 1\nRULE LIST 'l' WHERE FILE_SIZE LIKE 'x'\n", 3)}, CheckOptions{}) {
		assert.GreaterOrEqual(t, f.Place.Offset, last)
		last = f.Place.Offset
	}
	assert.Positive(t, last)
}

func TestTablesAreSorted(t *testing.T) {
	for i, a := range Attributes()[1:] {
		assert.Less(t, Attributes()[i].Name, a.Name)
	}
	for i, f := range Functions()[1:] {
		assert.Less(t, Functions()[i].Name, f.Name)
		assert.NotEmpty(t, f.Doc)
	}
}
