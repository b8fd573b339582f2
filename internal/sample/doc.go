// Package sample collects where the guests of an engine are when a clock ticks: what profiles are made of. It knows neither tier; it
// counts stacks of places, and keeps the clock for those who have none of their own.
//
// In come ticks with the places of a call's frames, by [Session.Add]; out come, from [Session.Stop], the different stacks and how many ticks each
// has had:
//
//	session := sampler.Start(time.Millisecond)
//	session.Add([]sample.Point{{x, 0x40}, {x, 0x123}}, sample.Guest, 1)
//	stacks, _ := session.Stop()
//
// # Clocks
//
// Compiled code is interrupted by the system, which counts the processor time of its thread (guest.StartTicks), and adds its samples without being
// asked. The interpreter and functions of the host are Go code, which nobody can interrupt: for them a goroutine looks at the clock on the
// wall. Each call that it is to look at is a [Call]; what it finds of the time that has passed is noted there, and the goroutine that executes the call takes it
// when it comes by: the interpreter at its next branch, since [Call.Ask] is called, and both when a function of the host returns.
// So time in guests is that of processors where they are compiled, and in interpreted ones and in the host the time that passes.
//
// # Cost
//
// Without a session nothing is done.
package sample
