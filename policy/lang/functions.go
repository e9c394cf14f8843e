package lang

import "sort"

// Function is a function of the language.
type Function struct {
	Name string
	// Params are the types of the arguments; Min of them must be given.
	Params []Type
	Min    int
	Result Type
	// Usage shows the arguments, Doc says what comes out.
	Usage, Doc string
	// Changes says that calling it changes the file.
	Changes bool
	// Placement says that it can be used when a file is created.
	Placement bool
}

// functions is a table, never written to.
var functions = []Function{
	{"CHAR", []Type{Unknown, Int}, 1, String, "CHAR(x[,length])", "x as a string, padded with blanks to the length; at most 255 bytes", false, true},
	{"CONCAT", []Type{String, String}, 2, String, "CONCAT(x,y)", "x followed by y", false, true},
	{"COUNTSUBSTR", []Type{String, String}, 2, Int, "COUNTSUBSTR(text,part)", "how often part occurs in text", false, true},
	{"DAY", []Type{Timestamp}, 1, Int, "DAY(t)", "day of the month, from 1", false, true},
	{"DAYOFWEEK", []Type{Timestamp}, 1, Int, "DAYOFWEEK(t)", "day of the week, Sunday is 1", false, true},
	{"DAYOFYEAR", []Type{Timestamp}, 1, Int, "DAYOFYEAR(t)", "day of the year, from 1", false, true},
	{"DAYS", []Type{Timestamp}, 1, Int, "DAYS(t)", "days since 0001-01-01", false, true},
	{"DAYSINMONTH", []Type{Timestamp}, 1, Int, "DAYSINMONTH(t)", "length of the month in days", false, true},
	{"DAYSINYEAR", []Type{Timestamp}, 1, Int, "DAYSINYEAR(t)", "length of the year in days", false, true},
	{"DECIMAL", []Type{Unknown, Int, Int}, 1, Float, "DECIMAL(x[,precision[,scale]])", "x as a decimal number", false, true},
	{"DOUBLE", []Type{Unknown}, 1, Float, "DOUBLE(x)", "x as a floating-point number", false, true},
	{"GETENV", []Type{String}, 1, String, "GETENV('NAME')", "a variable of the environment in which the command runs", false, true},
	{"GETMMCONFIG", []Type{String}, 1, String, "GETMMCONFIG('name')", "a value of the cluster configuration (mmlsconfig)", false, true},
	{"GETXATTRS", []Type{String, String}, 0, String, "GETXATTRS(['pattern'[,'prototype']])", "all extended attributes in one string", false, false},
	{"HASHTOFLOAT", []Type{String}, 1, Float, "HASHTOFLOAT(text)", "a number in [0,1) that depends on the text alone", false, true},
	{"HEX", []Type{Unknown}, 1, String, "HEX(n)", "n in hexadecimal", false, true},
	{"HOUR", []Type{Timestamp}, 1, Int, "HOUR(t)", "hour, 0 to 23", false, true},
	{"INT", []Type{Unknown}, 1, Int, "INT(x)", "x rounded to an integer, halves away from zero", false, true},
	{"INTEGER", []Type{Unknown}, 1, Int, "INTEGER(x)", "x rounded to an integer, halves away from zero", false, true},
	{"LENGTH", []Type{String}, 1, Int, "LENGTH(x)", "number of bytes", false, true},
	{"LOWER", []Type{String}, 1, String, "LOWER(x)", "x in small letters", false, true},
	{"MINUTE", []Type{Timestamp}, 1, Int, "MINUTE(t)", "minute, 0 to 59", false, true},
	{"MOD", []Type{Float, Float}, 2, Int, "MOD(x,y)", "what is left of x divided by y", false, true},
	{"MONTH", []Type{Timestamp}, 1, Int, "MONTH(t)", "month, 1 to 12", false, true},
	{"QUARTER", []Type{Timestamp}, 1, Int, "QUARTER(t)", "quarter, 1 to 4", false, true},
	{"RAND", nil, 0, Float, "RAND()", "a random number in [0,1)", false, true},
	{"REGEX", []Type{String, String}, 2, Bool, "REGEX(text,['pattern'])", "whether a POSIX extended regular expression matches somewhere in text", false, true},
	{"REGEXREPLACE", []Type{String, String, String}, 3, String, "REGEXREPLACE(text,['pattern'],'prototype')", "text with the match replaced; \\1 is the first group", false, true},
	{"SECOND", []Type{Timestamp}, 1, Int, "SECOND(t)", "second, 0 to 59", false, true},
	{"SETBGF", []Type{Int}, 1, Bool, "SETBGF(n)", "sets the block group factor of a new file (FPO)", true, true},
	{"SETWAD", []Type{Int}, 1, Bool, "SETWAD(n)", "sets the write affinity depth of a new file (FPO)", true, true},
	{"SETWADFG", []Type{String}, 1, Bool, "SETWADFG('failure groups')", "sets the write affinity failure groups of a new file (FPO)", true, true},
	{"SETXATTR", []Type{String, String}, 2, Bool, "SETXATTR('name','value')", "sets an extended attribute: changes the file", true, true},
	{"SNAP_ID", []Type{String, String}, 1, Int, "SNAP_ID(['fileset',]'snapshot')", "id of a snapshot", false, false},
	{"SUBSTR", []Type{String, Int, Int}, 2, String, "SUBSTR(text,start[,length])", "part of text, the first byte is 1", false, true},
	{"SUBSTRING", []Type{String, Int, Int}, 2, String, "SUBSTRING(text,start[,length])", "part of text, the first byte is 1", false, true},
	{"TIMESTAMP", []Type{Unknown}, 1, Timestamp, "TIMESTAMP(seconds | 'YYYY-MM-DD hh:mm:ss')", "a timestamp from seconds since 1970 or from a text", false, true},
	{"UPPER", []Type{String}, 1, String, "UPPER(x)", "x in capitals", false, true},
	{"VARCHAR", []Type{Unknown, Int}, 1, String, "VARCHAR(x[,length])", "x as a string", false, true},
	{"WEEK", []Type{Timestamp}, 1, Int, "WEEK(t)", "week of the year, from 1", false, true},
	{"XATTR", []Type{String, Int, Int}, 1, String, "XATTR('name'[,start[,length]])", "bytes of an extended attribute; NULL when the file has none of that name", false, false},
	{"XATTR_FLOAT", []Type{String, Int, Int, String}, 4, Float, "XATTR_FLOAT('name',start,length,'encoding')", "a number out of an extended attribute", false, false},
	{"XATTR_INTEGER", []Type{String, Int, Int, String}, 4, Int, "XATTR_INTEGER('name',start,length,'encoding')", "an integer out of an extended attribute", false, false},
	{"YEAR", []Type{Timestamp}, 1, Int, "YEAR(t)", "year", false, true},
}

// Functions are all functions, by name.
func Functions() []Function { return append([]Function(nil), functions...) }

// LookupFunction finds a function, without regard to case.
func LookupFunction(name string) (Function, bool) {
	name = upperASCII(name)
	i := sort.Search(len(functions), func(i int) bool { return functions[i].Name >= name })
	if i < len(functions) && functions[i].Name == name {
		return functions[i], true
	}
	return Function{}, false
}
