package ssaeval

// truth is a condition as an i32.
func truth(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
