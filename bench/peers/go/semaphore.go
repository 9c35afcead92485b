// SPDX-License-Identifier: MIT

// semaphore handover|free COUNT: as ours, on one processor. The language's
// semaphore is a channel for as many as there may be units.
package main

import (
	"log"
	"os"
	"runtime"
	"strconv"
)

type semaphore chan struct{}

func (s semaphore) acquire() { <-s }
func (s semaphore) release() { s <- struct{}{} }

func handover(count int) {
	there, back := make(semaphore, 1), make(semaphore, 1)
	turns, done := 0, make(chan bool)
	go func() {
		for i := 0; i < count; i++ {
			there.acquire()
			if turns != 2*i+1 {
				log.Fatal("wrong answer: turns there")
			}
			turns++
			back.release()
		}
		done <- true
	}()
	for i := 0; i < count; i++ {
		turns++
		there.release()
		back.acquire()
		if turns != 2*i+2 {
			log.Fatal("wrong answer: turns back")
		}
	}
	<-done
}

func takeAndGive(count int) {
	s := make(semaphore, 1)
	s.release()
	for i := 0; i < count; i++ {
		s.acquire()
		s.release()
	}
	if len(s) != 1 {
		log.Fatal("wrong answer: units left")
	}
}

func main() {
	runtime.GOMAXPROCS(1)
	count, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	if os.Args[1] == "handover" {
		handover(count / 2)
	} else {
		takeAndGive(count)
	}
}
