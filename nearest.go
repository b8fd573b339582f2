package weft

// nearest returns the known name that is most likely meant by one that is not known, or "" if none is near. Among equals it
// is the first in order.
func nearest(name string, known []string) string {
	best, bestDistance := "", 1+max(1, len(name)/4)
	for _, k := range known {
		if len(k)-len(name) > bestDistance || len(name)-len(k) > bestDistance {
			continue
		}
		if d := distance(name, k); d < bestDistance || d == bestDistance && best != "" && k < best {
			best, bestDistance = k, d
		}
	}
	return best
}

// distance is the least number of bytes to insert, delete or replace, or of neighbours to swap, that make b of a.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replace := last[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = min(replace, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
