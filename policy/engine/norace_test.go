//go:build !race

package engine

const oracleFiles = 20000
