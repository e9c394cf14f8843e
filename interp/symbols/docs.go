package symbols

import (
	"embed"
	"strings"
)

// The documentation is text in the binary, read only when somebody asks for help or completion: one file for each
// package, made of records. A record is a line "@name|parameters|results" with names separated by commas, "_" for those
// without one, and then the text. A line of text that begins with @ or \ has a \ before it.
//
//go:embed docs/*.txt
var docFiles embed.FS

// readDocs parses the documentation of one package.
func readDocs(file string) map[string]Doc {
	data, err := docFiles.ReadFile(file)
	if err != nil {
		return nil // the index names embedded files only; a test reads them all
	}
	return parseDocs(string(data))
}

func parseDocs(text string) map[string]Doc {
	docs := map[string]Doc{}
	for text != "" {
		var record string
		record, text = cutRecord(text)
		head, body, _ := strings.Cut(record, "\n")
		name, names, _ := strings.Cut(strings.TrimPrefix(head, "@"), "|")
		params, results, _ := strings.Cut(names, "|")
		docs[name] = Doc{Text: unescape(body), Params: nameList(params), Results: nameList(results)}
	}
	return docs
}

// cutRecord splits the first record off.
func cutRecord(text string) (record, rest string) {
	if i := strings.Index(text, "\n@"); i >= 0 {
		return text[:i], text[i+1:]
	}
	return strings.TrimSuffix(text, "\n"), ""
}

func unescape(body string) string {
	body = strings.TrimPrefix(body, `\`)
	return strings.ReplaceAll(body, "\n\\", "\n")
}

func nameList(s string) []string {
	if s == "" {
		return nil
	}
	names := strings.Split(s, ",")
	for i, n := range names {
		if n == "_" {
			names[i] = ""
		}
	}
	return names
}
