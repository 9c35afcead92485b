// SPDX-License-Identifier: MIT

// timers cancel|fire COUNT: COUNT timers started and stopped, or COUNT timers
// at random deadlines within a second, none fired early.
package main

import (
	"log"
	"math/rand"
	"os"
	"runtime"
	"strconv"
	"time"
)

func cancel(count int) {
	for i := 0; i < count; i++ {
		t := time.AfterFunc(10*time.Second, func() {
			log.Fatal("wrong answer: a stopped timer fired")
		})
		if !t.Stop() {
			log.Fatal("wrong answer: a timer was not there")
		}
	}
}

func fire(count int) {
	done := make(chan bool, 1024)
	for i := 0; i < count; i++ {
		delay := time.Duration(rand.Intn(1e9))
		due := time.Now().Add(delay)
		time.AfterFunc(delay, func() { done <- !time.Now().Before(due) })
	}
	for i := 0; i < count; i++ {
		if !<-done {
			log.Fatal("wrong answer: a timer fired early")
		}
	}
}

func main() {
	runtime.GOMAXPROCS(1)
	count, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	if os.Args[1] == "fire" {
		fire(count)
	} else {
		cancel(count)
	}
}
