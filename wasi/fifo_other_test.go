//go:build !unix

package wasi

func makeFIFO(string) bool { return false }
