package engine

import (
	"testing"

	"gpfsh/policy/lang"
)

// Whatever compiles can be evaluated: on a file, and on an object of which nothing is known.
func FuzzEvaluate(f *testing.F) {
	for _, s := range []string{
		"NAME LIKE '%.tmp' AND FILE_SIZE > 1000 OR XATTR('user.a') IS NULL",
		"SUBSTR(XATTR('user.a'),0,10) || VARCHAR(ACCESS_TIME) = CHAR(1,300)",
		"CASE WHEN DAYS(CURRENT_TIMESTAMP) - DAYS(ACCESS_TIME) > 3 THEN 1/0 ELSE MOD(2,0) END IS NULL",
		"(CURRENT_TIMESTAMP - TIMESTAMP(1e300)) SECONDS(12,6) > INTERVAL '-1' DAYS",
		"REGEX(NAME,'(a|b)*c') AND REGEXREPLACE(NAME,'(.)','\\1\\2') = 'x'",
		"XATTR_INTEGER('user.b',1,8,'BIG_ENDIAN') % -1 = 9223372036854775807 * 2",
		"GETXATTRS('*','hexkey=value^n;') LIKE '%!_%' ESCAPE '!'",
		"INT(1e300) + INT(-1e300) - INT('nan') > 2 ** 1000 AND -(-9223372036854775807 - 1) > 0",
		"WEEK(TIMESTAMP('0001-01-01')) IN (1,NULL) AND YEAR(TIMESTAMP(-99999999999999)) BETWEEN 1 AND 2",
		"DIRECTORY_HASH > HASHTOFLOAT('') AND MISC_ATTRIBUTES LIKE '%F%' AND MODE LIKE '-rw_______'",
		"DECIMAL(5,2,99) > DOUBLE('x') OR HEX(-1) = UPPER(LOWER('ÄÖ'))",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, where string) {
		if len(where) > 500 {
			return
		}
		pol := lang.Parse(lang.Source{Text: "RULE EXTERNAL LIST 'l' RULE 'a' LIST 'l' WEIGHT(CASE WHEN " + where + " THEN 1 ELSE 0 END) WHERE " + where}, lang.Options{})
		p, err := Compile(pol, fakeOptions())
		if err != nil {
			return
		}
		for _, o := range []*fakeObject{sampleObject(), {path: "/"}} {
			if _, err := p.Run(t.Context(), fakeSource{o}); err != nil {
				t.Fatal(err)
			}
			e := newEval(p, 0)
			e.show(o)
			for _, r := range p.rules {
				p.steps(e, r)
			}
		}
	})
}
