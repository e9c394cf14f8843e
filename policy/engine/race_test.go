//go:build race

package engine

// Under the race detector everything takes ten times as long: fewer files are asked about.
const oracleFiles = 3000
