// SPDX-License-Identifier: MIT

// greenpool COUNT: as ours, on one processor. A channel for a hundred is the
// limit: who starts a goroutine puts something in, who ends takes it out.
package main

import (
	"log"
	"os"
	"runtime"
	"strconv"
	"sync"
)

const places = 100

func main() {
	runtime.GOMAXPROCS(1)
	count, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	running, finished := make(chan struct{}, places), 0
	var all sync.WaitGroup
	all.Add(count)
	for i := 0; i < count; i++ {
		running <- struct{}{}
		go func() {
			finished++
			<-running
			all.Done()
		}()
	}
	all.Wait()
	if finished != count {
		log.Fatal("wrong answer: goroutines finished")
	}
}
