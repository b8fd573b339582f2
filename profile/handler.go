package profile

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/weft-wasm/weft"
)

// MaxSeconds is the longest profile that Handler takes.
const MaxSeconds = 600

// Handler takes a profile of an engine's guests for each request, for as long as its parameter seconds says, by default 30, and at the rate of its parameter
// rate:
//
//	http.Handle("/debug/weft/profile", profile.Handler(engine))
//	go tool pprof http://localhost:8080/debug/weft/profile?seconds=5
//
// It shows the names of guests' functions to whoever asks, as net/http/pprof does those of the host's.
func Handler(engine *weft.Engine) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seconds, err := parameter(r, "seconds", 30, MaxSeconds)
		rate, bad := parameter(r, "rate", DefaultRate, weft.MaxSamplingRate)
		if err = errors.Join(err, bad); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		p, err := Start(engine, Config{Rate: rate})
		if err != nil {
			status := http.StatusNotImplemented
			if errors.Is(err, weft.ErrSampling) {
				status = http.StatusConflict
			}
			http.Error(w, err.Error(), status)
			return
		}
		select {
		case <-time.After(time.Duration(seconds) * time.Second):
		case <-r.Context().Done():
		}
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Disposition", `attachment; filename="profile"`)
		_ = p.Write(w) // whoever asked has gone
	})
}

// parameter is a whole number in a request's form.
func parameter(r *http.Request, name string, def, most int) (int, error) {
	text := r.FormValue(name)
	if text == "" {
		return def, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, fmt.Errorf("%s=%q: want a number from 1 to %d", name, text, most)
	}
	return n, nil
}
