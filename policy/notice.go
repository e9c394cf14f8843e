package policy

import "context"

type noticeKey struct{}

// WithNotices returns a context under which runs tell a function what a person wants to know: what is about to be
// scanned and where, what became of the records, which node failed. They are sentences without a line end.
func WithNotices(ctx context.Context, tell func(text string)) context.Context {
	return context.WithValue(ctx, noticeKey{}, tell)
}

func notify(ctx context.Context, text string) {
	if tell, ok := ctx.Value(noticeKey{}).(func(string)); ok {
		tell(text)
	}
}

type listNameKey struct{}

// withListName names the list that a run makes.
func withListName(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, listNameKey{}, name)
}

func listNameOf(ctx context.Context) string {
	if name, ok := ctx.Value(listNameKey{}).(string); ok {
		return name
	}
	return "files"
}
