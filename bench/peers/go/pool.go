// SPDX-License-Identifier: MIT

// pool free|waiting COUNT: as ours, on one processor. A channel of items is a
// pool.
package main

import (
	"log"
	"os"
	"runtime"
	"strconv"
)

const items = 4

type item struct{ number int }

func getAndPut(count int) {
	pool := make(chan *item, items)
	var things [items]item
	for i := range things {
		pool <- &things[i]
	}
	for i := 0; i < count; i++ {
		got := <-pool
		if got != &things[i%items] {
			log.Fatal("wrong answer: items take turns")
		}
		pool <- got
	}
	if len(pool) != items {
		log.Fatal("wrong answer: items left")
	}
}

func waitForEach(count int) {
	there, back := make(chan *item, 1), make(chan *item, 1)
	done := make(chan bool)
	var thing item
	go func() {
		for i := 0; i < count; i++ {
			back <- <-there
		}
		done <- true
	}()
	for i := 0; i < count; i++ {
		there <- &thing
		if <-back != &thing {
			log.Fatal("wrong answer: item back")
		}
	}
	<-done
}

func main() {
	runtime.GOMAXPROCS(1)
	count, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	if os.Args[1] == "free" {
		getAndPut(count)
	} else {
		waitForEach(count / 2)
	}
}
