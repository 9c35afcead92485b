// SPDX-License-Identifier: MIT

// event COUNT: as ours, on one processor. What tells many is a channel that is
// closed; there is one for each round, as it can be closed only once. A round
// knows the next, so that no goroutine can miss one.
package main

import (
	"log"
	"os"
	"runtime"
	"strconv"
	"sync"
)

const waiters = 10000

type round struct {
	sent  chan struct{}
	value int
	next  *round
}

func newRound() *round {
	return &round{sent: make(chan struct{})}
}

func main() {
	runtime.GOMAXPROCS(1)
	count, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	rounds, current := count/waiters, newRound()
	var waking, all sync.WaitGroup
	all.Add(waiters)
	for i := 0; i < waiters; i++ {
		go func(r *round) {
			for i := 1; i <= rounds; i++ {
				<-r.sent
				if r.value != i {
					log.Fatal("wrong answer: value")
				}
				r = r.next
				waking.Done()
			}
			all.Done()
		}(current)
	}
	runtime.Gosched()
	for i := 1; i <= rounds; i++ {
		waking.Add(waiters)
		current.value, current.next = i, newRound()
		close(current.sent)
		current = current.next
		waking.Wait()
	}
	all.Wait()
}
