package mmexec

import (
	"strings"

	"gpfsh/mmexec/lazyregexp"
)

// policyEffect corrects the effect of an mmapplypolicy command by the policy that travels with it: "-I test" is not
// inert when the rules themselves write attributes or run programs, and "-I defer" only reads when every rule just
// lists. Without a policy at hand the effect stays what the options say.
func policyEffect(cmd Command, effect Effect) Effect {
	text, ok := policyOf(cmd)
	if !ok {
		return effect
	}
	if programs.MatchString(text) { // m4 runs before comments are comments
		return max(effect, Changes)
	}
	code := policyCode(text)
	if strings.Contains(outsideActions(code), "SETXATTR") {
		return max(effect, Changes)
	}
	if optionValue(cmd.Args, "-I") == "defer" && onlyLists(code) {
		if _, known := parseOptions(cmd.Args, applyPolicyOptions); known {
			return Reads
		}
	}
	return effect
}

// PolicyWrites tells whether a policy may change something by itself, whatever becomes of the files that its rules choose:
// it sets attributes, or has m4 run programs or take in text that is not here to be judged.
func PolicyWrites(text string) bool {
	return programs.MatchString(text) || strings.Contains(policyCode(text), "SETXATTR")
}

// programs are m4 builtins that run programs or take in text that is not here to be judged.
var programs = lazyregexp.New(`\b(syscmd|esyscmd|include|sinclude|maketemp|mkstemp)\b`)

func policyOf(cmd Command) (string, bool) {
	path := optionValue(cmd.Args, "-P")
	for _, f := range cmd.Files {
		if path == f.Ref() {
			return string(f.Data), true
		}
	}
	return "", false
}

// optionValue returns the value of an option that stands as a word of its own; of a repeated option it returns "".
func optionValue(args []string, option string) string {
	value, n := "", 0
	for i, a := range args {
		if a == option && i+1 < len(args) {
			value, n = args[i+1], n+1
		}
	}
	if n > 1 {
		return ""
	}
	return value
}

// policyCode returns the text of a policy in upper case without its comments and with empty string literals.
func policyCode(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		switch {
		case strings.HasPrefix(text[i:], "/*"):
			end := strings.Index(text[i+2:], "*/")
			if end < 0 {
				i = len(text)
			} else {
				i += end + 4
			}
			b.WriteByte(' ')
		case strings.HasPrefix(text[i:], "--"):
			end := strings.IndexByte(text[i:], '\n')
			if end < 0 {
				end = len(text) - i
			}
			i += end
		case text[i] == '\'':
			end := strings.IndexByte(text[i+1:], '\'')
			if end < 0 {
				i = len(text)
			} else {
				i += end + 2
			}
			b.WriteString("''")
		default:
			b.WriteByte(text[i])
			i++
		}
	}
	return strings.ToUpper(b.String())
}

var actionWord = lazyregexp.New(`\bACTION\s*\(`)

// outsideActions cuts the ACTION(...) clauses out: they are not carried out by a test.
func outsideActions(code string) string {
	for {
		at := actionWord.FindStringIndex(code)
		if at == nil {
			return code
		}
		depth, end := 1, len(code)
		for i := at[1]; i < len(code); i++ {
			switch code[i] {
			case '(':
				depth++
			case ')':
				depth--
			}
			if depth == 0 {
				end = i + 1
				break
			}
		}
		code = code[:at[0]] + " " + code[end:]
	}
}

var (
	ruleStart = lazyregexp.New(`\bRULE\b`)
	listRule  = lazyregexp.New(`^\s*("[^"]*"|''|\w+)?\s*(EXTERNAL\s+LIST|LIST|EXCLUDE)\b`)
	macro     = lazyregexp.New(`\b(DEFINE|IFDEF|UNDEFINE|CHANGEQUOTE)\b`)
)

// onlyLists tells whether every rule is a LIST, EXTERNAL LIST or EXCLUDE rule. Macros could expand to any rule, so a
// policy with macros does not count.
func onlyLists(code string) bool {
	if macro.MatchString(code) {
		return false
	}
	starts := ruleStart.FindAllStringIndex(code, -1)
	for _, at := range starts {
		if !listRule.MatchString(code[at[1]:]) {
			return false
		}
	}
	return len(starts) > 0
}
