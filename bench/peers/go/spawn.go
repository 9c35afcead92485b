// SPDX-License-Identifier: MIT

// spawn finish|wait COUNT: starts COUNT goroutines on one processor; `finish`
// lets them run in batches, `wait` waits for each before the next.
package main

import (
	"log"
	"os"
	"runtime"
	"strconv"
)

const batch = 64

var finished int

func finish(count int) {
	for i := 0; i < count; i++ {
		go func() { finished++ }()
		if i%batch == batch-1 {
			runtime.Gosched()
		}
	}
	for finished < count {
		runtime.Gosched()
	}
}

func wait(count int) {
	done := make(chan struct{})
	for i := 0; i < count; i++ {
		go func() {
			finished++
			done <- struct{}{}
		}()
		<-done
	}
}

func main() {
	runtime.GOMAXPROCS(1)
	count, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	if os.Args[1] == "wait" {
		wait(count)
	} else {
		finish(count)
	}
	if finished != count {
		log.Fatal("wrong answer: goroutines finished")
	}
}
