package filelist_test

import (
	"context"
	"fmt"
	"strings"

	"gpfsh/policy/filelist"
)

// A list as a rule with SHOW(VARCHAR(USER_ID) || ':' || VARCHAR(FILE_SIZE)) writes it.
const list = `
40001 800100200 0  1000:70001 -- /gpfs/p42/a.dat
40002 800100201 0  1001:20480 -- /gpfs/p42/b.tmp
40003 800100202 0  1000:512 -- /gpfs/p42/sub/c.dat
`

func files() filelist.Files {
	return filelist.Stream(strings.NewReader(list[1:])).Show("userid:size")
}

func ExampleGrouped_Sum() {
	table, err := files().By(filelist.UserID).Sum(context.Background(), filelist.Size)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(table.Top(20))
	// Output:
	// USERID      SIZE  FILES
	// 1000    68.9 KiB      2
	// 1001    20.0 KiB      1
}

func ExampleFiles_Where() {
	n, err := files().Where(`Ext == "dat" && Size > 1*KiB`).Count(context.Background())
	fmt.Println(n, err)
	// Output: 1 <nil>
}

func ExampleFiles_Run() {
	results, err := files().Run(context.Background(),
		filelist.Job{Name: "extensions", By: []filelist.Attr{filelist.Ext}},
		filelist.Job{Name: "largest", Do: []filelist.Agg{filelist.Top(1, filelist.Size, filelist.UserID)}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(results)
	// Output:
	// extensions
	// EXT  FILES
	// dat      2
	// tmp      1
	//
	// largest
	//     SIZE  USERID  PATH
	// 68.4 KiB    1000  /gpfs/p42/a.dat
	//
	// (3 read, 3 used, 0 skipped, 0 rejected)
}

func ExampleLayout_SQL() {
	layout, err := filelist.NewLayout(filelist.User, filelist.Size, filelist.AgeClass(filelist.Access))
	if err != nil {
		fmt.Println(err)
		return
	}
	sql, err := layout.SQL()
	fmt.Println(sql, err)
	// Output: VARCHAR(FILE_SIZE) || '/' || VARCHAR(USER_ID) || '/' || VARCHAR(ACCESS_TIME) <nil>
}
