package show

import (
	"math"
	"strconv"
	"strings"
)

// textNumber reads a decimal number, with at most one point. "007", "1e3" and "0x1f" are names.
func textNumber(s string) (float64, bool) {
	digits := strings.TrimPrefix(s, "-")
	whole, rest, point := strings.Cut(digits, ".")
	if whole == "" || len(whole) > 1 && whole[0] == '0' || point && rest == "" || strings.Trim(whole+rest, "0123456789") != "" {
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && !math.IsInf(v, 0)
}
