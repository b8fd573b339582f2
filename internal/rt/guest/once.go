package guest

import "sync"

// Once returns a function that makes a value when it is first called, and returns it from then on. Unlike sync.OnceValues, it keeps no error: what
// the system had no memory for at one time it may have at another.
func Once[T any](make func() (T, error)) func() (T, error) {
	var mu sync.Mutex
	var made bool
	var value T
	return func() (T, error) {
		mu.Lock()
		defer mu.Unlock()
		if made {
			return value, nil
		}
		v, err := make()
		if err == nil {
			value, made = v, true
		}
		return v, err
	}
}
